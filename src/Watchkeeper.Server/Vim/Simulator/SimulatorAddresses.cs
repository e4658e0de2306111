using System.Buffers.Binary;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>Which addresses a simulated VM may have.</summary>
/// <param name="Range">Where they are taken from.</param>
/// <param name="Skips">A part of it that is left alone; null when none is.</param>
internal sealed record SimulatorAddresses(Ipv4Range Range, Ipv4Range? Skips)
{
    /// <summary>All that a VM may have, beginning with the one that follows from its id.</summary>
    public IEnumerable<string> For(Guid vnfc)
    {
        var first = Preferred(vnfc);
        for (var tried = 0u; tried < Range.Count; tried++)
        {
            var offset = (first + tried) % Range.Count;

            // The first and the last address of a network are nobody's, by custom.
            if (offset != 0
                && offset != Range.Count - 1
                && Skips?.Contains(Range.First + offset) is not true)
            {
                yield return Range.At(offset);
            }
        }
    }

    private uint Preferred(Guid vnfc)
    {
        // The last bytes of an id of version 7 are random.
        Span<byte> bytes = stackalloc byte[16];
        vnfc.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) % Range.Count;
    }
}
