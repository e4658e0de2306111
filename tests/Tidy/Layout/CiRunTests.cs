using System.Diagnostics;

namespace Tidy.Layout;

/// <summary>What .ci/run makes of the log of a test run, and of its exit code.</summary>
public sealed class CiRunTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    public void Dispose() => File.Delete(_log);

    [Theory]
    [InlineData(12, 0, 0, 0, "12 0")]
    [InlineData(11, 1, 0, 2, "11 1")]
    [InlineData(11, 0, 1, 0, "11 1")]    // a skipped test has not passed
    [InlineData(10, 1, 1, 2, "10 2")]
    [InlineData(12, 0, 0, 8, "12 1")]    // an assembly ran nothing
    [InlineData(0, 0, 0, 0, "0 1")]
    public async Task It_counts(int succeeded, int failed, int skipped, int code, string expected)
    {
        var summary = $"""
            Test run summary: so it went
              total: {succeeded + failed + skipped}
              failed: {failed}
              succeeded: {succeeded}
              skipped: {skipped}
              duration: 1s 234ms
            """;
        (await CountAsync(summary, code, TestContext.Current.CancellationToken)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_run_without_a_summary_has_failed() =>
        (await CountAsync("error CS1002: ; expected\n", 1, TestContext.Current.CancellationToken)).ShouldBe("0 1");

    [Fact]
    public async Task What_a_test_prints_is_not_taken_for_a_count() =>
        (await CountAsync(
            "failed Some.Test (3ms)\n  failed: no\n  failed: 0\n  succeeded: 3\n  skipped: 0\n", 0,
            TestContext.Current.CancellationToken)).ShouldBe("3 0");

    private async Task<string> CountAsync(string log, int code, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(_log, log, cancellationToken);
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = Repository.Current.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        const string Script = ". .ci/run; count_tests \"$0\" $1; echo $passed $failed";
        foreach (var word in (string[])["-c", Script, _log, $"{code}"])
        {
            start.ArgumentList.Add(word);
        }

        using var bash = Process.Start(start).ShouldNotBeNull();
        var output = await bash.StandardOutput.ReadToEndAsync(cancellationToken);
        await bash.WaitForExitAsync(cancellationToken);
        return output.Trim();
    }
}
