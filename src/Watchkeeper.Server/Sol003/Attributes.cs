using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>Reads the attributes of a JSON object, and keeps the first that is not as it should be.</summary>
internal sealed class Attributes
{
    /// <summary>The longest text where nothing else is said.</summary>
    public const int LongestText = 255;

    private readonly JsonElement _body;
    private readonly string _path;
    private readonly Attributes? _parent;
    private Fault? _fault;

    public Attributes(JsonElement body)
        : this(body, "", parent: null)
    {
    }

    private Attributes(JsonElement body, string path, Attributes? parent)
    {
        _body = body;
        _path = path;
        _parent = parent;
    }

    /// <summary>The first fault, of this object or of one inside it; null when all was well so far.</summary>
    public Fault? Fault => _parent is null ? _fault : _parent.Fault;

    public bool Has(string name) => _body.TryGetProperty(name, out _);

    /// <summary>Notes that an attribute is not as it should be; the first note stays.</summary>
    public void Refuse(string name, string why)
    {
        if (_parent is not null)
        {
            _parent.Refuse($"{_path}/{name}", why);
            return;
        }

        _fault ??= RequestFaults.Attribute(name, why);
    }

    /// <summary>A text of 1 to <paramref name="longest"/> characters; null when it is not there (a fault if it must
    /// be).</summary>
    public string? Text(string name, bool isRequired = false, int longest = LongestText, bool canBeEmpty = false)
    {
        if (!Find(name, isRequired, JsonValueKind.String, "a text", out var value))
        {
            return null;
        }

        var text = value.GetString()!;
        if (text.Length == 0 && !canBeEmpty)
        {
            Refuse(name, "is empty");
        }

        if (text.Length > longest)
        {
            Refuse(name, $"is longer than {longest} characters");
        }

        return text;
    }

    /// <summary>An object; null when it is not there.</summary>
    public Attributes? Object(string name, bool isRequired = false) =>
        Find(name, isRequired, JsonValueKind.Object, "an object", out var value)
            ? new Attributes(value, name, this)
            : null;

    /// <summary>An object as it stands; null when it is not there.</summary>
    public JsonElement? RawObject(string name) =>
        Find(name, isRequired: false, JsonValueKind.Object, "an object", out var value) ? value : null;

    /// <summary>A list of objects; empty when it is not there.</summary>
    public ImmutableArray<Attributes> Objects(string name, int most)
    {
        if (!Find(name, isRequired: false, JsonValueKind.Array, "a list", out var list) || IsTooLong(name, list, most))
        {
            return [];
        }

        if (list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
        {
            Refuse(name, "must be a list of objects");
            return [];
        }

        return [.. list.EnumerateArray().Select((item, at) => new Attributes(item, $"{name}[{at}]", this))];
    }

    /// <summary>A list of texts; null when it is not there or empty, which means the same (cardinality 0..N).</summary>
    public ImmutableArray<string>? Texts(string name, int most)
    {
        if (!Find(name, isRequired: false, JsonValueKind.Array, "a list", out var list) || IsTooLong(name, list, most))
        {
            return null;
        }

        if (list.EnumerateArray().Any(item =>
            item.ValueKind != JsonValueKind.String || item.GetString()!.Length is 0 or > LongestText))
        {
            Refuse(name, $"must be a list of texts of 1 to {LongestText} characters");
            return null;
        }

        return list.GetArrayLength() == 0 ? null : [.. list.EnumerateArray().Select(item => item.GetString()!)];
    }

    private bool IsTooLong(string name, JsonElement list, int most)
    {
        if (list.GetArrayLength() <= most)
        {
            return false;
        }

        Refuse(name, $"has more than {most} entries");
        return true;
    }

    private bool Find(string name, bool isRequired, JsonValueKind kind, string wanted, out JsonElement value)
    {
        if (!_body.TryGetProperty(name, out value))
        {
            if (isRequired)
            {
                Refuse(name, "is missing");
            }

            return false;
        }

        if (value.ValueKind != kind)
        {
            Refuse(name, $"must be {wanted}");
            return false;
        }

        return true;
    }
}
