using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>
/// Makes the word that a reply must bring back: a keyed hash (SipHash-2-4) of the address asked and of the question.
/// </summary>
/// <remarks>
/// Nobody who does not see the request can guess it, and a reply that comes from another address than the one asked
/// brings the wrong word. So nothing is remembered per question, and nothing is allocated.
/// </remarks>
internal readonly struct EchoToken
{
    private const int LongestAddress = 16;
    private const int QuestionLength = 8;

    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <param name="key">Sixteen bytes that nobody else knows.</param>
    public EchoToken(ReadOnlySpan<byte> key)
    {
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
        Identifier = (ushort)Hash([]);
    }

    /// <summary>
    /// What requests carry as their identifier: the same for all, so that a firewall on the way keeps one entry for
    /// each target.
    /// </summary>
    public ushort Identifier { get; }

    /// <summary>One with a key from the system's source of secrets.</summary>
    public static EchoToken Secret()
    {
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        return new EchoToken(key);
    }

    /// <summary>The word for one question to one address.</summary>
    public ulong Of(ReadOnlySpan<byte> address, int slot, uint generation)
    {
        Span<byte> message = stackalloc byte[LongestAddress + QuestionLength];
        address.CopyTo(message);
        BinaryPrimitives.WriteInt32LittleEndian(message[address.Length..], slot);
        BinaryPrimitives.WriteUInt32LittleEndian(message[(address.Length + 4)..], generation);
        return Hash(message[..(address.Length + QuestionLength)]);
    }

    /// <summary>SipHash-2-4 (Aumasson, Bernstein 2012).</summary>
    internal ulong Hash(ReadOnlySpan<byte> message)
    {
        var state = new State(
            _key0 ^ 0x736F6D6570736575, _key1 ^ 0x646F72616E646F6D,
            _key0 ^ 0x6C7967656E657261, _key1 ^ 0x7465646279746573);
        var last = (ulong)message.Length << 56;
        for (; message.Length >= 8; message = message[8..])
        {
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(message));
        }

        for (var i = 0; i < message.Length; i++)
        {
            last |= (ulong)message[i] << (8 * i);
        }

        state.Take(last);
        return state.End();
    }

    private struct State(ulong v0, ulong v1, ulong v2, ulong v3)
    {
        private ulong _v0 = v0;
        private ulong _v1 = v1;
        private ulong _v2 = v2;
        private ulong _v3 = v3;

        public void Take(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong End()
        {
            _v2 ^= 0xFF;
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v2 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v1;
            _v0 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
