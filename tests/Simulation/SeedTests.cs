using System.Collections.Concurrent;
using Simulation.Faults;
using Simulation.Truth;

namespace Simulation;

/// <summary>Worlds by the thousand, each from one seed: fixed ones, and some that nobody has seen before.</summary>
/// <remarks>
/// One again, with its whole transcript:
/// <c>WATCHKEEPER_SEED=n dotnet test --project tests/Simulation --filter-class '*SeedTests'</c>.
/// </remarks>
public sealed class SeedTests
{
    private const int MostFixed = 2_000;
    private const int Fresh = 40;

    /// <summary>What of a story is printed when it ends badly; all of it is in the file.</summary>
    private const int LastLines = 120;

    private static ITestOutputHelper Output => TestContext.Current.TestOutputHelper!;

    [Fact]
    public void No_seed_violates_anything()
    {
        var failed = new ConcurrentDictionary<int, string>();
        Each(Seeds(), seed =>
        {
            using var world = Chaos.Run(Chaos.Of(seed));
            if (world.Violations.Count > 0)
            {
                failed[seed] = world.Violations[0];
            }
        });

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

    private static List<int> Seeds()
    {
        if (Environment.GetEnvironmentVariable("WATCHKEEPER_SEED") is { } one)
        {
            return [int.Parse(one)];
        }

        var most = int.Parse(Environment.GetEnvironmentVariable("WATCHKEEPER_SEEDS") ?? $"{MostFixed}");
        var random = new Random();
        var fresh = Enumerable.Range(0, Fresh).Select(_ => random.Next(MostFixed + 1, int.MaxValue)).ToList();
        Output.WriteLine($"fresh seeds: {string.Join(' ', fresh)}");
        return [.. Enumerable.Range(1, most), .. fresh];
    }

    // The same world again: this time somebody listens.
    private static void Tell(int seed)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "transcripts");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"seed-{seed}.txt");
        using var world = Chaos.Run(Chaos.Of(seed, TranscriptDetail.Everything));
        File.WriteAllText(path, world.Log.Text);
        Output.WriteLine($"The end of the story of seed {seed}; all of it is in {path}:");
        Output.WriteLine(string.Join('\n', world.Log.Text.Split('\n').TakeLast(LastLines)));
    }

    // Worlds share nothing, and each keeps to its own thread.
#pragma warning disable RS0030
    private static void Each(IEnumerable<int> seeds, Action<int> run) => Parallel.ForEach(
        seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, run);
#pragma warning restore RS0030
}
