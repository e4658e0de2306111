using Simulation.Faults;

namespace Simulation.Sabotage;

/// <summary>The invariants bite: each deliberate fault is caught by the one that it offends.</summary>
/// <remarks>First in the seed that did last; a change of the product may move it, then the first that does is
/// looked for.</remarks>
public sealed class DeliberateFaultTests
{
    private const int MostSeeds = 400;

    public static TheoryData<string> Names => [.. DeliberateFaults.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_caught(string name)
    {
        var fault = DeliberateFaults.All.Single(one => one.Name == name);
        var others = new HashSet<string>();
        foreach (var seed in Enumerable.Range(1, MostSeeds).Prepend(fault.Seed))
        {
            if (FirstViolation(fault, seed) is not { } found)
            {
                continue;
            }

            if (found.StartsWith($"{fault.CaughtBy}:", StringComparison.Ordinal))
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"{name}: seed {seed}: {found}");
                return;
            }

            others.Add(found.Split(':')[0]);
        }

        Assert.Fail($"Not caught by {fault.CaughtBy} in {MostSeeds} seeds, only by [{string.Join(", ", others)}].");
    }

    private static string? FirstViolation(DeliberateFault fault, int seed)
    {
        using var world = Chaos.Run(WorldDraw.Of(seed) with { Fault = fault });
        return world.Violations.Count > 0 ? world.Violations[0] : null;
    }
}
