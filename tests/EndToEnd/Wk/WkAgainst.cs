using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary>A scripted server with two VNF instances of the same name, one of another, and an operation.</summary>
public abstract class WkAgainst : IAsyncLifetime
{
    protected const string First = "01890000-0000-7000-8000-00000000aaaa";
    protected const string Second = "01890000-0000-7000-8000-00000000bbbb";
    protected const string Third = "02890000-0000-7000-8000-00000000cccc";
    protected const string Operation = "03890000-0000-7000-8000-00000000dddd";

    internal TemporaryFolder Folder { get; } = new();

    internal ScriptedServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ScriptedServer.StartAsync();
        Server.When("GET vnf_instances", 200, $$"""
            [{"id":"{{First}}","vnfInstanceName":"web","instantiationState":"INSTANTIATED"},
             {"id":"{{Second}}","vnfInstanceName":"web","instantiationState":"NOT_INSTANTIATED"},
             {"id":"{{Third}}","vnfInstanceName":"db","vnfdId":"D","instantiationState":"INSTANTIATED"}]
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Task<WkRun> WkAsync(params string[] arguments) => WkProcess.RunAsync(Server.Address, arguments);

    internal static string Occurrence(string state, string more = "") => $$"""
        {"id":"{{Operation}}","operation":"MONITORING_MIGRATION","operationState":"{{state}}",
         "vnfInstanceId":"{{Third}}"{{more}}}
        """;

    internal static (string, string) Location =>
        ("Location", $"http://elsewhere/vnflcm/v2/vnf_lcm_op_occs/{Operation}");

    internal static void DemandOneLine(WkRun run, int exitCode, params string[] words)
    {
        run.ExitCode.ShouldBe(exitCode);
        run.Output.ShouldBeEmpty();
        var line = run.Errors.Trim().Split('\n').ShouldHaveSingleItem();
        line.ShouldStartWith("wk: ");
        foreach (var word in words)
        {
            line.ShouldContain(word);
        }
    }
}
