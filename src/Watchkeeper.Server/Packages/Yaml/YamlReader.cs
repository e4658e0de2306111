using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>Reads one YAML document into nodes, and refuses what goes beyond the limits or outside the core
/// schema.</summary>
/// <remarks>Works on events, so that nothing is built that a limit forbids; an alias shares its node, nothing is
/// copied.</remarks>
internal sealed class YamlReader
{
    private readonly string _file;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private readonly YamlBudget _budget;

    private YamlReader(string file, TextReader text, YamlBudget budget)
    {
        _file = file;
        _budget = budget;
        _parser = new Parser(new Scanner(text, skipComments: true));
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">What it says.</param>
    /// <param name="budget">What the package has used of its limits.</param>
    /// <exception cref="PackageFormatException">It is refused; the message says why and where.</exception>
    public static YamlNode Read(string file, string text, YamlBudget budget)
    {
        if (budget.TakeText(text) is { } tooMuch)
        {
            throw new PackageFormatException($"{file}: {tooMuch}");
        }

        using var reader = new StringReader(text);
        var yaml = new YamlReader(file, reader, budget);
        try
        {
            return yaml.Document();
        }
        catch (YamlException exception)
        {
            var place = new YamlPlace(file, exception.Start.Line, exception.Start.Column);
            throw new PackageFormatException($"{place}: this is not YAML: {FirstLine(exception.Message)}");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException
            or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner throws these on some malformed input (a bad escape, a bad directive).
            throw new PackageFormatException($"{yaml.Here(yaml._parser.Current)}: this is not YAML");
        }
    }

    private YamlNode Document()
    {
        Next<StreamStart>();
        if (!_parser.MoveNext() || _parser.Current is not DocumentStart)
        {
            throw new PackageFormatException($"{_file}: the file holds no YAML document");
        }

        _parser.MoveNext();
        var root = Node(1);
        Next<DocumentEnd>();
        if (_parser.MoveNext() && _parser.Current is DocumentStart another)
        {
            throw Refused(another, "a second document; one file holds one");
        }

        return root;
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not T)
        {
            throw new PackageFormatException($"{Here(_parser.Current)}: this is not YAML");
        }
    }

    /// <summary>Builds the node that begins with the present event, and leaves the parser at its last event.</summary>
    private YamlNode Node(int depth)
    {
        var begin = _parser.Current ?? throw new PackageFormatException($"{_file}: the document ends too early");
        if (begin is AnchorAlias alias)
        {
            return Aliased(alias, depth);
        }

        if (depth > YamlLimits.Depth)
        {
            throw Refused(begin, $"nested deeper than {YamlLimits.Depth} levels");
        }

        var anchor = begin is NodeEvent { Anchor.IsEmpty: false } anchored ? anchored.Anchor.Value : null;
        if (anchor is not null)
        {
            _anchors[anchor] = null;
        }

        Count(begin, 1);
        YamlNode node = begin switch
        {
            Scalar scalar => Scalar(scalar),
            SequenceStart start => List(start, depth),
            MappingStart start => Map(start, depth),
            _ => throw Refused(begin, "this is not YAML"),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private YamlNode Aliased(AnchorAlias alias, int depth)
    {
        if (_budget.TakeAlias() is { } tooMany)
        {
            throw Refused(alias, tooMany);
        }

        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw Refused(alias, $"the alias *{alias.Value} names no anchor");
        }

        if (node is null)
        {
            throw Refused(alias, $"the alias *{alias.Value} stands inside its own anchor");
        }

        if (depth + node.Height - 1 > YamlLimits.Depth)
        {
            throw Refused(alias, $"nested deeper than {YamlLimits.Depth} levels");
        }

        Count(alias, node.Size);
        return node;
    }

    private void Count(ParsingEvent at, long nodes)
    {
        if (_budget.TakeNodes(nodes) is { } tooMany)
        {
            throw Refused(at, tooMany);
        }
    }

    private YamlScalar Scalar(Scalar scalar)
    {
        var schema = CoreSchema.TagOf(scalar) ?? throw UnknownTag(scalar);
        if (schema is not ("" or "str" or "int" or "float" or "bool" or "null"))
        {
            throw Refused(scalar, $"the tag !!{schema} is not one of a scalar");
        }

        if (!CoreSchema.Fits(schema, scalar.Value))
        {
            throw Refused(scalar, $"'{Excerpt.Of(scalar.Value)}' is no !!{schema}");
        }

        var plain = scalar.Style == ScalarStyle.Plain && schema != "str" && !scalar.Tag.IsNonSpecific;
        return new YamlScalar(Here(scalar), scalar.Value, plain || schema is "int" or "float" or "bool" or "null");
    }

    private YamlList List(SequenceStart start, int depth)
    {
        if (CoreSchema.TagOf(start) is not ("" or "seq"))
        {
            throw UnknownTag(start);
        }

        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            items.Add(Node(depth + 1));
        }

        return new YamlList(Here(start), items.ToImmutable());
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        if (CoreSchema.TagOf(start) is not ("" or "map"))
        {
            throw UnknownTag(start);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var entries = ImmutableArray.CreateBuilder<YamlMap.Entry>();
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var at = _parser.Current!;
            if (Node(depth + 1) is not YamlScalar key)
            {
                throw Refused(at, "the key of a map must be a scalar");
            }

            if (key is { IsPlain: true, Text: "<<" })
            {
                throw Refused(at, "merge keys (<<) are not part of the YAML core schema");
            }

            if (!seen.Add(key.Text))
            {
                throw Refused(at, $"the key '{Excerpt.Of(key.Text)}' is there twice");
            }

            _parser.MoveNext();
            entries.Add(new YamlMap.Entry(key, Node(depth + 1)));
        }

        return new YamlMap(Here(start), entries.ToImmutable());
    }

    private PackageFormatException UnknownTag(NodeEvent node) =>
        Refused(node, $"the tag {Excerpt.Of(node.Tag.Value)} is outside the YAML core schema");

    private PackageFormatException Refused(ParsingEvent at, string why) => new($"{Here(at)}: {why}");

    private YamlPlace Here(ParsingEvent? at) => new(_file, at?.Start.Line ?? 1, at?.Start.Column ?? 1);

    private static string FirstLine(string message) => Excerpt.Of(message.Split('\n')[0]);
}
