namespace Watchkeeper.Server.Storage;

/// <summary>Whether the store takes writes, for whoever asks how the server is.</summary>
internal sealed class StoreHealth
{
    private volatile string? _failure;

    /// <summary>Why the last write was not taken; null when it was.</summary>
    public string? Failure => _failure;

    /// <summary>A write was not taken.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Failed(string why)
    {
        var isNews = _failure is null;
        _failure = why;
        return isNews;
    }

    /// <summary>Writes were taken.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Worked()
    {
        var isNews = _failure is not null;
        _failure = null;
        return isNews;
    }
}
