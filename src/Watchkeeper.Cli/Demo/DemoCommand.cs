using System.CommandLine;

namespace Watchkeeper.Cli.Demo;

/// <summary><c>wk demo</c>: the main job on this machine, from nothing.</summary>
internal static class DemoCommand
{
    private static readonly Option<bool> Keep = new("--keep")
    {
        Description = "Leave everything running, and say how to talk to it and how to end it.",
    };

    public static Command Create() => Verb.Of(
        "demo",
        "Start a server and two agents, and hand the watch of a real VNF from one to the other.",
        RunAsync,
        Keep);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var keeps = call.Arguments.GetValue(Keep);
        var timeline = new Timeline(call.Page, call.Time);
        await using var world = DemoWorld.Create(BuiltPrograms.Find(), timeline, call.Time);
        await new DemoStory(world, timeline, call.Time).RunAsync(keeps, cancellationToken);
        timeline.Summarise();
        if (keeps)
        {
            world.LeaveRunning();
        }

        return ExitCode.Done;
    }
}
