using CsCheck;

namespace Monitoring.Tests;

/// <summary>
/// Tries inputs that chance makes, always the same ones: case N comes of seed N. WATCHKEEPER_LONG=1 tries twenty times
/// as many.
/// </summary>
internal static class Fuzz
{
    // What one input may cost. A parser that is within its limits needs a hundredth of either.
    private const long MostBytes = 256L << 20;
    // Only a hang: what takes a millisecond takes no minute on the busiest machine.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly int Times = Environment.GetEnvironmentVariable("WATCHKEEPER_LONG") == "1" ? 20 : 1;

    /// <summary>Tries so many inputs.</summary>
    /// <param name="inputs">Makes them.</param>
    /// <param name="count">How many, usually.</param>
    /// <param name="demand">Takes one, and throws when what became of it is not right.</param>
    public static void Run<T>(Gen<T> inputs, int count, Action<T> demand)
    {
        for (var seed = 0; seed < count * Times; seed++)
        {
            var input = Input(inputs, seed);
            var meter = Meter.Start();
            try
            {
                demand(input);
            }
            catch (Exception failure)
            {
                throw Failed(seed, input, failure);
            }

            meter.Demand(seed, input);
        }
    }

    /// <summary>
    /// Tries so many inputs, one after the other. What they cost is the whole process's: the class must run alone.
    /// </summary>
    public static async Task RunAsync<T>(Gen<T> inputs, int count, Func<T, Task> demand)
    {
        for (var seed = 0; seed < count * Times; seed++)
        {
            var input = Input(inputs, seed);
            var meter = Meter.OfProcess();
            try
            {
                await demand(input).WaitAsync(Longest, TimeProvider.System, TestContext.Current.CancellationToken);
            }
            catch (Exception failure)
            {
                throw Failed(seed, input, failure);
            }

            meter.Demand(seed, input);
        }
    }

    private static T Input<T>(Gen<T> inputs, int seed) =>
        inputs.Generate(new PCG(1, (ulong)seed), null!, out _);

    private static InvalidOperationException Failed<T>(int seed, T input, Exception failure) =>
        new($"Seed {seed}, input {Shown(input)}: {failure.Message}", failure);

    private static string Shown<T>(T input) => input switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        string text => System.Text.Json.JsonSerializer.Serialize(text),
        _ => Check.Print(input),
    };

    private readonly record struct Meter(Func<long> Count, long Bytes, long Began)
    {
        public static Meter Start() => Of(GC.GetAllocatedBytesForCurrentThread);

        public static Meter OfProcess() => Of(() => GC.GetTotalAllocatedBytes());

        private static Meter Of(Func<long> count) => new(count, count(), TimeProvider.System.GetTimestamp());

        public void Demand<T>(int seed, T input)
        {
            var bytes = Count() - Bytes;
            bytes.ShouldBeLessThan(MostBytes, $"memory for seed {seed}, input {Shown(input)}");
            TimeProvider.System.GetElapsedTime(Began).ShouldBeLessThan(Longest, $"seed {seed}, input {Shown(input)}");
        }
    }
}
