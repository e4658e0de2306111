namespace Watchkeeper.Server.Health;

/// <summary>Whether what is stored was read, so that the server knows whom it watches.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    /// <summary>Whether the server is ready.</summary>
    public bool IsReady => _isReady;

    /// <summary>Says that it is.</summary>
    public void Now() => _isReady = true;
}
