using System.Buffers.Binary;

namespace Watchkeeper.Server.Packages.Csar;

/// <summary>Walks an archive's central directory before anything else reads it, so that no more of it is kept than the
/// limits allow.</summary>
/// <remarks>
/// The framework's reader believes what it finds and keeps all of it; it stops where this walk stops, at the first
/// record that is not an entry (APPNOTE.TXT 4.3.12, 4.3.16).
/// </remarks>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndLength = 22;
    private const int EntryLength = 46;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Checks the directory of an archive.</summary>
    /// <exception cref="PackageFormatException">It is no archive, or one that is refused.</exception>
    public static void Check(Stream archive)
    {
        var (count, length, start) = End(archive);
        if (count > PackageLimits.Entries)
        {
            throw new PackageFormatException($"the archive has more than {PackageLimits.Entries} entries");
        }

        if (length > PackageLimits.DirectoryBytes || start + length > archive.Length)
        {
            throw new PackageFormatException("the archive's directory is broken or too large");
        }

        archive.Position = start;
        Span<byte> header = stackalloc byte[EntryLength];
        for (var entries = 0; ; entries++)
        {
            if (archive.ReadAtLeast(header, EntryLength, throwOnEndOfStream: false) < EntryLength
                || BinaryPrimitives.ReadUInt32LittleEndian(header) != EntrySignature)
            {
                return;
            }

            if (entries == PackageLimits.Entries)
            {
                throw new PackageFormatException($"the archive has more than {PackageLimits.Entries} entries");
            }

            archive.Position += Checked(header);
        }
    }

    /// <summary>The length of what follows an entry's fixed part.</summary>
    private static int Checked(ReadOnlySpan<byte> header)
    {
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (nameLength > PackageLimits.NameBytes)
        {
            throw new PackageFormatException(
                $"the archive has an entry whose name is longer than {PackageLimits.NameBytes} bytes");
        }

        if ((BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) & 1) != 0)
        {
            throw new PackageFormatException("the archive has an encrypted entry");
        }

        return nameLength
            + BinaryPrimitives.ReadUInt16LittleEndian(header[30..])
            + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
    }

    private static (int Count, long Length, long Start) End(Stream archive)
    {
        var tail = new byte[Math.Min(archive.Length, EndLength + LongestComment)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature)
            {
                continue;
            }

            var disk = BinaryPrimitives.ReadUInt16LittleEndian(end[4..]);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            if (count == ushort.MaxValue || disk == ushort.MaxValue
                || length == uint.MaxValue || start == uint.MaxValue)
            {
                // 512 MiB and 10,000 entries never need it.
                throw new PackageFormatException("the archive is in the ZIP64 form, which no package needs");
            }

            return (count, length, start);
        }

        throw new PackageFormatException("the upload is not a ZIP archive");
    }
}
