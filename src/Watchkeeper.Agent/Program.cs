using System.CommandLine;
using Watchkeeper.Agent;

var command = new AgentCommand().Command(AgentHost.RunAsync);
var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    // One clear line: the first mistake.
    var known = string.Join(", ", command.Options.Select(option => option.Name));
    await Console.Error.WriteLineAsync(parsed.UnmatchedTokens is [var unknown, ..]
        ? $"Unknown option '{unknown}'; known are {known}."
        : parsed.Errors[0].Message.ReplaceLineEndings(" "));
    return 2;
}

return await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = null,
});
