using System.CommandLine;
using Watchkeeper.Agent;

var parsed = new AgentCommand().Command(AgentHost.RunAsync).Parse(args);
if (parsed.Errors.Count > 0)
{
    // One clear line: the first mistake. All options are in --help.
    await Console.Error.WriteLineAsync(parsed.Errors[0].Message);
    return 2;
}

return await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = null,
});
