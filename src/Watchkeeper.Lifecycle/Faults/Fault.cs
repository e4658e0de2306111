namespace Watchkeeper.Lifecycle.Faults;

/// <summary>An expected failure as data; shown to clients as ProblemDetails (SOL013 6.3).</summary>
/// <param name="Type">A relative URI that names the kind of failure, for example <c>faults/agent-unknown</c>.</param>
/// <param name="Title">What kind of failure it is, in few words.</param>
/// <param name="Status">The HTTP status that fits it best; 400 to 599.</param>
/// <param name="Detail">What went wrong this time, naming what is wrong.</param>
public sealed record Fault(string Type, string Title, int Status, string Detail);
