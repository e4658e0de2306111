using System.Text.Json;

namespace Watchkeeper.Server.Vim;

/// <summary>The kinds of VIM that there are, and which one a client chose.</summary>
internal sealed class VimRegistry
{
    private readonly ImmutableSortedDictionary<string, IVim> _vims;
    private readonly string _usual;

    /// <summary>Knows these kinds.</summary>
    /// <param name="vims">One of each kind.</param>
    /// <param name="usual">The kind when a client names none.</param>
    public VimRegistry(IEnumerable<IVim> vims, string usual)
    {
        _vims = vims.ToImmutableSortedDictionary(vim => vim.Kind, vim => vim, StringComparer.Ordinal);
        _usual = _vims.ContainsKey(usual)
            ? usual
            : throw new InvalidDataException($"vim.default: '{usual}' is no kind of VIM; {Kinds} are.");
    }

    private string Kinds => string.Join(" and ", _vims.Keys);

    /// <summary>The VIM of a kind that a deployment has stored.</summary>
    /// <exception cref="VimException">There is none of that kind.</exception>
    public IVim Of(string kind) => _vims.TryGetValue(kind, out var vim)
        ? vim
        : throw new VimException($"There is no VIM of the kind '{kind}'; {Kinds} are known.");

    /// <summary>What the <c>vimConnectionInfo</c> of a request chooses.</summary>
    /// <param name="connections">The attribute; null when the request has none.</param>
    public VimChoice Choose(JsonElement? connections)
    {
        if (connections is not { ValueKind: not JsonValueKind.Null } given)
        {
            return new VimChoice.Chosen(_vims[_usual], null);
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return new VimChoice.Refused("vimConnectionInfo", "must be an object of VIM connections");
        }

        VimChoice? choice = null;
        foreach (var connection in given.EnumerateObject())
        {
            if (choice is not null)
            {
                return new VimChoice.Refused("vimConnectionInfo", "only one VIM connection can be used at a time");
            }

            choice = Read(connection);
        }

        return choice ?? new VimChoice.Chosen(_vims[_usual], null);
    }

    private VimChoice Read(JsonProperty connection)
    {
        if (connection.Value.ValueKind != JsonValueKind.Object
            || !connection.Value.TryGetProperty("vimType", out var type)
            || type.ValueKind != JsonValueKind.String)
        {
            return new VimChoice.Refused(
                $"vimConnectionInfo/{connection.Name}/vimType", "is missing, or no text");
        }

        return _vims.TryGetValue(type.GetString()!, out var vim)
            ? new VimChoice.Chosen(vim, connection.Name)
            : new VimChoice.Refused(
                $"vimConnectionInfo/{connection.Name}/vimType",
                $"'{type.GetString()}' is unknown; {Kinds} are known");
    }
}

/// <summary>What a request's <c>vimConnectionInfo</c> came to. A closed set.</summary>
internal abstract record VimChoice
{
    private VimChoice()
    {
    }

    /// <summary>A VIM.</summary>
    /// <param name="Vim">The VIM.</param>
    /// <param name="ConnectionId">The key in <c>vimConnectionInfo</c>; null when the default was used.</param>
    public sealed record Chosen(IVim Vim, string? ConnectionId) : VimChoice;

    /// <summary>Nothing that can be used.</summary>
    /// <param name="Attribute">The attribute.</param>
    /// <param name="Why">What is wrong with it, for clients.</param>
    public sealed record Refused(string Attribute, string Why) : VimChoice;
}
