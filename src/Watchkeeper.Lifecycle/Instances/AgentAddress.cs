using System.Diagnostics.CodeAnalysis;

namespace Watchkeeper.Lifecycle.Instances;

/// <summary>
/// How a deployment names its monitoring agent: <c>dmonaName://NAME</c>, or the alias <c>dmona://NAME</c>.
/// </summary>
/// <remarks>The stored value is what the client sent; two references are the same agent when their names are
/// equal.</remarks>
public sealed record AgentAddress
{
    /// <summary>The reserved name of the agent inside the manager.</summary>
    public const string LocalName = "local_mona";

    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 255;

    private const string Canonical = "dmonaName://";
    private const string Alias = "dmona://";

    private AgentAddress(string text, string name)
    {
        Text = text;
        Name = name;
    }

    /// <summary>The reference as the client sent it.</summary>
    public string Text { get; }

    /// <summary>The agent's name, compared case-sensitively.</summary>
    public string Name { get; }

    /// <summary>Whether this is the agent inside the manager.</summary>
    public bool IsLocal => string.Equals(Name, LocalName, StringComparison.Ordinal);

    /// <summary>The agent inside the manager.</summary>
    public static AgentAddress Local => Of(LocalName);

    /// <summary>The canonical reference to a name that is known to be well-formed.</summary>
    /// <exception cref="ArgumentException">The name is not 1 to 255 of <c>A-Za-z0-9._-</c>.</exception>
    public static AgentAddress Of(string name) => IsName(name)
        ? new AgentAddress(Canonical + name, name)
        : throw new ArgumentException($"'{name}' can't name an agent.", nameof(name));

    /// <summary>The reference of a text that was accepted before.</summary>
    /// <exception cref="InvalidOperationException">It is not well-formed.</exception>
    public static AgentAddress Stored(string text) => TryParse(text, out var address, out _)
        ? address
        : throw new InvalidOperationException($"'{text}' was stored but names no agent.");

    /// <summary>Whether both references name the same agent.</summary>
    public bool IsSameAgentAs(AgentAddress other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return string.Equals(Name, other.Name, StringComparison.Ordinal);
    }

    /// <summary>Reads a reference as a client sends it.</summary>
    /// <param name="text">The text of the attribute.</param>
    /// <param name="address">The reference, when it is well-formed.</param>
    /// <param name="whyNot">What is wrong with it, for people, when it is not.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out AgentAddress? address,
        [NotNullWhen(false)] out string? whyNot)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        var scheme = text.StartsWith(Canonical, StringComparison.Ordinal) ? Canonical
            : text.StartsWith(Alias, StringComparison.Ordinal) ? Alias
            : null;
        if (scheme is null)
        {
            whyNot = "an agent is named as dmonaName://NAME or dmona://NAME";
            return false;
        }

        var name = text[scheme.Length..];
        if (!IsName(name))
        {
            whyNot = name.Length switch
            {
                0 => "the agent's name is empty",
                > LongestName => $"the agent's name is longer than {LongestName} characters",
                _ => "the agent's name has a character that is none of A-Z a-z 0-9 . _ -",
            };
            return false;
        }

        address = new AgentAddress(text, name);
        whyNot = null;
        return true;
    }

    /// <summary>Whether a text can be an agent's name: 1 to 255 of <c>A-Za-z0-9._-</c>.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestName
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}
