using Google.Protobuf;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Ids, epochs, durations and batches, to the wire and back; what comes back is checked.</summary>
internal static class WireValues
{
    // What TimeSpan holds, in microseconds; a longer duration on the wire is nonsense.
    private const long MostMicroseconds = long.MaxValue / TimeSpan.TicksPerMicrosecond;

    public static ByteString Bytes(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return ByteString.CopyFrom(bytes);
    }

    public static ByteString Bytes(TargetId target) => Bytes(target.Value);

    public static Guid Id(ByteString bytes) => bytes.Length == 16
        ? new Guid(bytes.Span, bigEndian: true)
        : throw new LinkFormatException($"An id has {bytes.Length} bytes instead of 16.");

    public static TargetId Target(ByteString bytes) => new(Id(bytes));

    public static AssignmentEpoch Epoch(long value) => value >= 0
        ? new AssignmentEpoch(value)
        : throw new LinkFormatException("An epoch is negative.");

    public static long Microseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;

    public static TimeSpan Duration(long microseconds) => microseconds is >= -MostMicroseconds and <= MostMicroseconds
        ? new TimeSpan(microseconds * TimeSpan.TicksPerMicrosecond)
        : throw new LinkFormatException("A duration is out of range.");

    public static double Finite(double value) => double.IsFinite(value)
        ? value
        : throw new LinkFormatException("A number is not finite.");

    public static int NotNegative(int value) => value >= 0
        ? value
        : throw new LinkFormatException("A count is negative.");

    public static string Text(string text) => Text(text, LinkLimits.TextLength);

    public static string Text(string text, int longest) => text.Length <= longest
        ? text
        : throw new LinkFormatException($"A text is longer than {longest} characters.");

    // What goes out is cut, what comes in is refused: a long reason must not cost the session.
    public static string Cut(string text) =>
        text.Length <= LinkLimits.TextLength ? text : text[..LinkLimits.TextLength];

    public static ImmutableArray<TTo> Batch<TFrom, TTo>(IReadOnlyList<TFrom> from, Func<TFrom, TTo> read) =>
        Few(from, AgentLimits.BatchSize, read);

    public static ImmutableArray<TTo> OfTarget<TFrom, TTo>(IReadOnlyList<TFrom> from, Func<TFrom, TTo> read) =>
        Few(from, AgentLimits.KpisPerTarget, read);

    private static ImmutableArray<TTo> Few<TFrom, TTo>(IReadOnlyList<TFrom> from, int most, Func<TFrom, TTo> read)
    {
        if (from.Count > most)
        {
            throw new LinkFormatException($"A batch has {from.Count} entries instead of at most {most}.");
        }

        var to = ImmutableArray.CreateBuilder<TTo>(from.Count);
        foreach (var entry in from)
        {
            to.Add(read(entry));
        }

        return to.MoveToImmutable();
    }
}
