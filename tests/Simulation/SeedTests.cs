using System.Collections.Concurrent;
using Simulation.Faults;
using Simulation.Truth;

namespace Simulation;

/// <summary>Worlds by the thousand, each from one seed: fixed ones, and some that nobody has seen before.</summary>
/// <remarks>
/// <para>One again, with its whole transcript:
/// <c>WATCHKEEPER_SEED=n dotnet test --project tests/Simulation --filter-class '*SeedTests'</c>.</para>
/// <para><c>WATCHKEEPER_BASE=n</c> draws the fresh ones of another run again. <c>WATCHKEEPER_LONG=1</c> takes ten times
/// as many, or as many as 15 minutes allow.</para>
/// </remarks>
public sealed class SeedTests
{
    private const int Fixed = 2_000;
    private const int Fresh = 100;
    private const int FreshOfALongRun = 18_000;

    /// <summary>What of a story is printed when it ends badly; all of it is in the file.</summary>
    private const int LastLines = 100;

    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(15);

    /// <summary>A world takes about a fifth of a second; one that takes so long runs in circles.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(1);

    private static ITestOutputHelper Output => TestContext.Current.TestOutputHelper!;

    private static bool IsLong => Variable("WATCHKEEPER_LONG") == 1;

    [Fact]
    public void No_seed_violates_anything()
    {
        var failed = new ConcurrentDictionary<int, string>();
        var (begun, worlds) = (TimeProvider.System.GetTimestamp(), 0);
        var running = new ConcurrentDictionary<int, long>();
        using var watchdog = TimeProvider.System.CreateTimer(
            _ => SayWhoIsStuck(running), null, StuckAfter, StuckAfter);
        Each(Seeds(), (seed, loop) =>
        {
            running[seed] = TimeProvider.System.GetTimestamp();
            using var world = Chaos.Run(WorldDraw.Of(seed));
            if (world.Violations.Count > 0)
            {
                failed[seed] = world.Violations[0];
            }

            running.TryRemove(seed, out long _);
            Interlocked.Increment(ref worlds);
            if (IsLong && TimeProvider.System.GetElapsedTime(begun) > LongRun)
            {
                loop.Stop();
            }
        });

        var took = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        Say($"{worlds} worlds in {took:0} s, {worlds / took:0.0} each second; {failed.Count} went wrong");
        foreach (var (seed, what) in failed.OrderBy(pair => pair.Key))
        {
            Output.WriteLine($"seed {seed}: {what}");
        }

        if (!failed.IsEmpty)
        {
            Tell(failed.Keys.Min());
        }

        failed.Keys.Order().ShouldBeEmpty();
    }

    private static void SayWhoIsStuck(ConcurrentDictionary<int, long> running)
    {
        foreach (var (seed, since) in running)
        {
            if (TimeProvider.System.GetElapsedTime(since) > StuckAfter)
            {
                Console.Error.WriteLine($"seed {seed} runs for more than {StuckAfter.TotalSeconds} s");
            }
        }
    }

    private static IEnumerable<int> Seeds()
    {
        if (Variable("WATCHKEEPER_SEED") is { } one)
        {
            return [one];
        }

        var origin = Variable("WATCHKEEPER_BASE") ?? new Random().Next();
        var known = Variable("WATCHKEEPER_SEEDS") ?? Fixed;
        var fresh = IsLong ? FreshOfALongRun : Math.Min(Fresh, known);
        Say($"seeds 1 to {known}, and {fresh} fresh ones: WATCHKEEPER_BASE={origin}");
        var random = new Random(origin);
        return [.. Enumerable.Range(1, known), .. Enumerable.Range(0, fresh)
            .Select(_ => random.Next(Fixed + 1, int.MaxValue))];
    }

    private static int? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text) : null;

    // Also when all goes well, which a test's own output is not shown for.
    private static void Say(string line)
    {
        Figures.Note($"simulation: {line}");
        Output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
    }

    // The same world again: this time somebody listens.
    private static void Tell(int seed)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "transcripts");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"seed-{seed}.txt");
        using var world = Chaos.Run(WorldDraw.Of(seed, TranscriptDetail.Everything));
        File.WriteAllText(path, world.Log.Text);
        Output.WriteLine($"The end of the story of seed {seed}; all of it is in {path}:");
        Output.WriteLine(string.Join('\n', world.Log.Text.Split('\n').TakeLast(LastLines)));
        Output.WriteLine($"Again: WATCHKEEPER_SEED={seed} dotnet test --project tests/Simulation");
    }

    // Worlds share nothing, and each keeps to its own thread; one after another, so that the fixed ones come first.
#pragma warning disable RS0030
    private static void Each(IEnumerable<int> seeds, Action<int, ParallelLoopState> run) => Parallel.ForEach(
        Partitioner.Create(seeds, EnumerablePartitionerOptions.NoBuffering),
        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
        run);
#pragma warning restore RS0030
}
