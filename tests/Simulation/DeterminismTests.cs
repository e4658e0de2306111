using Simulation.Faults;
using Simulation.Truth;

namespace Simulation;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    [InlineData(1999)]
    public void The_same_seed_tells_the_same_story_to_the_byte(int seed)
    {
        var first = TranscriptOf(seed);
        for (var again = 0; again < 3; again++)
        {
            TranscriptOf(seed).ShouldBe(first);
        }
    }

    [Fact]
    public void Other_seeds_tell_other_stories() => TranscriptOf(1).ShouldNotBe(TranscriptOf(2));

    [Fact]
    public void A_transcript_changes_nothing()
    {
        using var silent = Chaos.Run(WorldDraw.Of(5));
        using var told = Chaos.Run(WorldDraw.Of(5, TranscriptDetail.Everything));
        silent.Scheduler.Steps.ShouldBe(told.Scheduler.Steps);
    }

    private static string TranscriptOf(int seed)
    {
        using var world = Chaos.Run(WorldDraw.Of(seed, TranscriptDetail.Everything));
        return world.Log.Text;
    }
}
