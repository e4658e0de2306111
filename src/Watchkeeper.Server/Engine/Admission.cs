using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>Whether an operation was opened. A closed set.</summary>
internal abstract record Admission
{
    private Admission()
    {
    }

    /// <summary>It is stored in STARTING, and will be worked on.</summary>
    public sealed record Opened(VnfLcmOpOcc Operation) : Admission;

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(Fault Fault) : Admission;
}

/// <summary>What became of a request on an occurrence. A closed set.</summary>
internal abstract record RequestAnswer
{
    private RequestAnswer()
    {
    }

    /// <summary>The occurrence in the state that the request led to.</summary>
    public sealed record Accepted(VnfLcmOpOcc Operation) : RequestAnswer;

    /// <summary>The occurrence was not changed.</summary>
    public sealed record Refused(Fault Fault) : RequestAnswer;
}
