using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Monitoring.Tests.Protocol;

/// <summary>
/// Fills messages by their descriptors: right in form, with values from the edges of what a field can hold.
/// </summary>
internal sealed class AnyMessage(Random chance)
{
    private static readonly long[] Numbers =
        [0, 1, -1, 2, 1_000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];
    private static readonly double[] Fractions = [0, 1, -1, 1e308, double.NaN, double.PositiveInfinity, double.Epsilon];
    private static readonly string[] Texts =
    [
        "", "a", "VM_ALIVE", "127.64.0.1", "::1", "0.0.0.0", "/", "//[", "dmona1", "\0", "é\u202e", new('x', 1_001),
    ];

    /// <summary>Fills most fields of a message.</summary>
    public T Filled<T>(T message)
        where T : IMessage
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(_ => chance.Next(8) > 0))
        {
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (var count = chance.Next(3); count > 0; count--)
                {
                    list.Add(Value(field, message));
                }
            }
            else if (field.RealContainingOneof is null || chance.Next(3) == 0)
            {
                field.Accessor.SetValue(message, Value(field, message));
            }
        }

        return message;
    }

    private object Value(FieldDescriptor field, IMessage message) => field.FieldType switch
    {
        FieldType.Message => Filled(field.MessageType.Parser.ParseFrom(ByteString.Empty)),
        FieldType.String => Texts[chance.Next(Texts.Length)],
        FieldType.Bytes => ByteString.CopyFrom(Bytes()),
        FieldType.Double => Fractions[chance.Next(Fractions.Length)],
        FieldType.Bool => chance.Next(2) == 0,
        FieldType.Enum => Enum.ToObject(field.Accessor.GetValue(message).GetType(), chance.Next(8) - 1),
        FieldType.Int32 or FieldType.SInt32 => (int)Math.Clamp(Number(), int.MinValue, int.MaxValue),
        FieldType.UInt32 => (uint)(ulong)Number(),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)Number(),
        FieldType.Int64 or FieldType.SInt64 => Number(),
        var other => throw new InvalidOperationException($"The protocol has no field of type {other} yet."),
    };

    private long Number() => chance.Next(2) == 0 ? Numbers[chance.Next(Numbers.Length)] : chance.NextInt64();

    private byte[] Bytes()
    {
        var bytes = new byte[chance.Next(8) == 0 ? chance.Next(20) : 16];
        chance.NextBytes(bytes);
        return bytes;
    }
}
