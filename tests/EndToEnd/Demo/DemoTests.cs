using EndToEnd.Harness;

namespace EndToEnd.Demo;

/// <summary>The one command that shows the main job.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task It_does_the_main_job_from_nothing_and_leaves_nothing_behind()
    {
        var run = await WkProcess.RunAsync(["demo"]);

        run.ExitCode.ShouldBe(0, run.Errors + run.Output);
        run.Output.ShouldContain("handed over local_mona -> dmona1");
        run.Output.ShouldContain("handed over dmona1 -> dmona2");
        run.Output.ShouldContain("handed over dmona2 -> local_mona");
        run.Output.ShouldContain("all of it held");
        var folder = run.Output.Split('\n').Single(line => line.Contains("everything is kept in"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
        Directory.Exists(folder).ShouldBeFalse();
    }
}
