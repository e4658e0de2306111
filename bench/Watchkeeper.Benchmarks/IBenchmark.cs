namespace Watchkeeper.Benchmarks;

/// <summary>One benchmark: measures ours and a reference in the same run.</summary>
internal interface IBenchmark
{
    /// <summary>What it measures, in one line.</summary>
    string Purpose { get; }

    /// <summary>Measures.</summary>
    /// <param name="options">What was given on the command line beside <c>--json</c>.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<BenchmarkReport> RunAsync(string[] options, CancellationToken cancellationToken);
}
