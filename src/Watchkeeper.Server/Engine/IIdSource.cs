namespace Watchkeeper.Server.Engine;

/// <summary>Where ids come from, so that a simulation can repeat itself.</summary>
internal interface IIdSource
{
    /// <summary>An id never given before; ids given later sort later (RFC 9562 version 7).</summary>
    Guid Next();
}
