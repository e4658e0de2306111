using Simulation.Faults;
using Simulation.Truth;

namespace Simulation;

/// <summary>Worlds by the thousand, each from one seed.</summary>
/// <remarks>One seed again, with its transcript: <c>WATCHKEEPER_SEED=n dotnet test --project tests/Simulation</c>.
/// </remarks>
public sealed class SeedTests
{
    [Fact]
    public void No_seed_violates_anything()
    {
        var seeds = Environment.GetEnvironmentVariable("WATCHKEEPER_SEEDS") is { } text ? int.Parse(text) : 100;
        var failed = new System.Collections.Concurrent.ConcurrentDictionary<int, string>();
        Each(Enumerable.Range(1, seeds), seed =>
        {
            using var world = Chaos.Run(Chaos.Of(seed));
            if (world.Violations.Count > 0)
            {
                failed[seed] = world.Violations[0];
            }
        });

        foreach (var (seed, what) in failed.OrderBy(pair => pair.Key))
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {what}");
        }

        failed.ShouldBeEmpty();
    }

    [Fact]
    public void The_seed_that_is_asked_for_violates_nothing()
    {
        if (Environment.GetEnvironmentVariable("WATCHKEEPER_SEED") is not { } text)
        {
            return;
        }

        using var world = Chaos.Run(Chaos.Of(int.Parse(text), TranscriptDetail.Everything));
        TestContext.Current.TestOutputHelper!.WriteLine(world.Log.Text);
        world.Violations.ShouldBeEmpty();
    }

    // Worlds share nothing, and each keeps to its own thread.
#pragma warning disable RS0030
    private static void Each(IEnumerable<int> seeds, Action<int> run) => Parallel.ForEach(
        seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, run);
#pragma warning restore RS0030
}
