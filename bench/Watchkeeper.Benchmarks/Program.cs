using Watchkeeper.Benchmarks;
using Watchkeeper.Benchmarks.Migrations;

// `list`, or the name of a benchmark and its options (`--json` prints one object in place of a table).
var benchmarks = new SortedDictionary<string, IBenchmark>(StringComparer.Ordinal)
{
    ["commits"] = new CommitsBenchmark(),
    ["migrate-one"] = new MigrateOne(),
    ["migrate-calls"] = new MigrateCalls(),
};

if (args is ["list"])
{
    foreach (var (name, benchmark) in benchmarks)
    {
        Console.WriteLine($"{name,-16}{benchmark.Purpose}");
    }

    return 0;
}

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var chosen))
{
    await Console.Error.WriteLineAsync("usage: list | NAME [--json]");
    return 2;
}

var report = await chosen.RunAsync(CancellationToken.None);
report.Print(asJson: args.Contains("--json"));
return report.IsMet ? 0 : 1;
