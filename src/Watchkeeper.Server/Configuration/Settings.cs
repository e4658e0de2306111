using System.Globalization;
using System.Text.Json;

namespace Watchkeeper.Server.Configuration;

/// <summary>The settings can't be used; the message is one line that names what is wrong.</summary>
internal sealed class ConfigurationException(string message)
    : Exception(string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c)));

/// <summary>
/// The server's settings, checked: from the data folder's file, the environment and the command line, later ones first.
/// </summary>
internal sealed class Settings
{
    /// <summary>The name of the file in the data folder.</summary>
    public const string FileName = "watchkeeper.json";

    /// <summary>The data folder when none is given, below the caller's folder.</summary>
    public const string DefaultData = "watchkeeper-data";

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private Settings()
    {
    }

    /// <summary>Keys that were given although their feature is not built yet.</summary>
    public IEnumerable<string> WithoutEffect =>
        _values.Keys.Where(name => ConfigurationKeys.Find(name) is { IsBuilt: false });

    /// <summary>The data folder's full path.</summary>
    public string DataFolder => Path.GetFullPath(Text("data") ?? DefaultData);

    /// <summary>All values, by their colon names.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Reads and checks all settings.</summary>
    /// <param name="arguments">The command line: <c>--key=value</c> or <c>--key value</c>, with colons or dots.</param>
    /// <param name="environment">The environment, where a section and its key stand with two underscores between
    /// them.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is of the wrong type.</exception>
    public static Settings Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var beforeFile = new Settings();
        beforeFile.AddEnvironment(environment);
        beforeFile.AddArguments(arguments);
        var settings = new Settings();
        settings.AddFile(Path.Combine(beforeFile.DataFolder, FileName));
        settings.AddEnvironment(environment);
        settings.AddArguments(arguments);
        return settings;
    }

    /// <summary>A text; null when it was not given.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>true or false; the default when it was not given.</summary>
    public bool Boolean(string name, bool usual) => Text(name) is { } text ? bool.Parse(text) : usual;

    /// <summary>Seconds; the default when they were not given.</summary>
    public double Seconds(string name, double usual) =>
        Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : usual;

    /// <summary>A whole number; the default when it was not given.</summary>
    public long Count(string name, long usual) =>
        Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : usual;

    private void AddArguments(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new ConfigurationException($"'{argument}' is no setting: write --key=value.");
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                Add(argument[2..equals], argument[(equals + 1)..], "on the command line");
            }
            else if (index + 1 < arguments.Count && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                Add(argument[2..], arguments[++index], "on the command line");
            }
            else
            {
                throw new ConfigurationException($"{argument} has no value: write {argument}=value.");
            }
        }
    }

    // Other variables are none of our business, but what stands in one of our sections is meant for us, and so is a
    // variable that is spelt exactly like one of our keys.
    private void AddEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            var parts = name.Split("__");
            if (parts.Length > 1 && ConfigurationKeys.IsOurSection(parts[0]))
            {
                Add(string.Join(':', parts), value, "in the environment");
            }
            else if (ConfigurationKeys.Find(name) is { } key && key.Name == name)
            {
                Add(name, value, "in the environment");
            }
        }
    }

    private void AddFile(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            AddJson("", document.RootElement, path, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        }
        catch (JsonException broken)
        {
            throw new ConfigurationException($"{path} is no JSON: {broken.Message}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} can't be read: {unreadable.Message}");
        }
    }

    private void AddJson(string prefix, JsonElement element, string path, HashSet<string> given)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (prefix.Length > 0 && !element.EnumerateObject().Any())
            {
                throw new ConfigurationException($"{path}: {prefix} is an object without a key.");
            }

            foreach (var member in element.EnumerateObject())
            {
                AddJson(prefix.Length == 0 ? member.Name : $"{prefix}:{member.Name}", member.Value, path, given);
            }
        }
        else if (prefix.Length == 0 || element.ValueKind is JsonValueKind.Array or JsonValueKind.Null)
        {
            throw new ConfigurationException(
                $"{path}: {(prefix.Length == 0 ? "the file" : prefix)} must be an object or a value.");
        }
        else if (string.Equals(prefix, "data", StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigurationException($"{path}: data can't be set by the file that it is needed to find.");
        }
        else if (!given.Add(prefix.Replace('.', ':')))
        {
            throw new ConfigurationException($"{path} sets '{prefix}' twice.");
        }
        else
        {
            Add(prefix, element.ToString(), $"in {path}");
        }
    }

    private void Add(string name, string value, string source)
    {
        var key = ConfigurationKeys.Find(name)
            ?? throw new ConfigurationException($"Unknown setting '{name}' {source}{Suggestion(name)}");
        if (WhyNot(key, value) is { } whyNot)
        {
            // What stands before an @ may be a password.
            var isAddress = key.Kind is ValueKind.Addresses or ValueKind.Address;
            var shown = isAddress && value.Contains('@', StringComparison.Ordinal) ? "…" : value;
            throw new ConfigurationException($"Setting '{name}' {source} is '{shown}': {whyNot}.");
        }

        _values[key.Name == ConfigurationKeys.TerminalStateAlias ? ConfigurationKeys.TerminalState : key.Name] = value;
    }

    private static string? WhyNot(ConfigurationKey key, string value) => key.Kind switch
    {
        ValueKind.Boolean => bool.TryParse(value, out _) ? null : "it must be true or false",
        ValueKind.Seconds => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and <= 86_400
            ? null
            : "it must be a number of seconds from 0 to 86400",
        ValueKind.Count => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= int.MaxValue
            ? null
            : $"it must be a whole number from 1 to {int.MaxValue}",
        ValueKind.Addresses => value.Split(';').All(IsAddress)
            ? null
            : "it must be an http or https address without a user",
        ValueKind.Address => !value.Contains(';', StringComparison.Ordinal) && IsAddress(value)
            ? null
            : "it must be one http or https address without a user",
        ValueKind.Folder => !string.IsNullOrWhiteSpace(value) && !value.Contains('\0', StringComparison.Ordinal)
            ? null
            : "it must be the name of a folder",
        ValueKind.Text => key.Choices is not { } choices || choices.Contains(value, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"it must be one of {string.Join(", ", choices)}",
        _ => throw new InvalidOperationException($"Unknown kind {key.Kind}."),
    };

    private static string Suggestion(string name) =>
        NearestKey.Of(name) is { } nearest ? $"; did you mean '{nearest}'?" : ".";

    private static bool IsAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "" };
}
