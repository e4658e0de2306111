namespace Watchkeeper.Benchmarks;

/// <summary>One benchmark: measures ours and a reference in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>What it measures, in one line.</summary>
    string Purpose { get; }

    /// <summary>Measures.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<Report> RunAsync(CancellationToken cancellationToken);
}
