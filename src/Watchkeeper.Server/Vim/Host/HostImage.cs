namespace Watchkeeper.Server.Vim.Host;

/// <summary>What HOST can run: one file, a program of this machine or a script that names its interpreter.</summary>
internal static class HostImage
{
    /// <summary>Looks at an image before anything is made for it.</summary>
    /// <remarks>The file's own permissions do not matter: archives lose them, and the VM's copy gets its own.</remarks>
    /// <exception cref="VimException">It is missing or can't be run; the message names it.</exception>
    public static string Check(VmRequest request)
    {
        var path = request.ImagePath
            ?? throw new VimException($"VDU {request.VduId} has no software image to run.");
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[4];
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return start[..length].StartsWith("\x7F"u8) && start[..length].EndsWith("ELF"u8)
                || start[..length].StartsWith("#!"u8)
                ? path
                : throw new VimException(
                    $"The image of VDU {request.VduId}, '{Path.GetFileName(path)}', is not executable: "
                    + "neither an ELF program nor a script that begins with #!.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new VimException(
                $"The image of VDU {request.VduId}, '{Path.GetFileName(path)}', can't be read: "
                + (unreadable is FileNotFoundException or DirectoryNotFoundException
                    ? "it is missing."
                    : unreadable.Message),
                unreadable);
        }
    }
}
