using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Watchkeeper.Server.Engine;

/// <summary>
/// Ids of RFC 9562 version 7 that grow within a process, also within a millisecond and when the clock is set back.
/// </summary>
internal sealed class Version7Ids(TimeProvider time) : IIdSource
{
    // 48 bits of milliseconds and 12 bits of a counter (RFC 9562 6.2, method 1), as one number.
    private const int CounterBits = 12;

    private readonly Lock _lock = new();
    private long _last;

    /// <inheritdoc />
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        var stamp = NextStamp();
        BinaryPrimitives.WriteInt64BigEndian(bytes, ((stamp >> CounterBits) << 16) | 0x7000 | (stamp & 0xFFF));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private long NextStamp()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << CounterBits;
        lock (_lock)
        {
            _last = Math.Max(now, _last + 1);
            return _last;
        }
    }
}
