using System.Text;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Agent;

/// <summary>The agent's key in its data folder; only the owner may read it.</summary>
internal sealed class KeyFile(string folder) : IAgentKey
{
    private readonly string _path = Path.Combine(folder, "agent-key");

    /// <inheritdoc />
    public string? Read() => File.Exists(_path) ? File.ReadAllText(_path).Trim() : null;

    /// <inheritdoc />
    public void Keep(string key)
    {
        var made = $"{_path}.new";
        File.Delete(made);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(made, options))
        {
            file.Write(Encoding.ASCII.GetBytes(key + "\n"));
            file.Flush(flushToDisk: true);
        }

        // A crash before this leaves the old key or none, never half of one.
        File.Move(made, _path, overwrite: true);
    }
}
