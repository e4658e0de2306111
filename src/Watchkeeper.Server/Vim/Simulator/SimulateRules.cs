using System.Text.Json;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>What SIMULATOR is asked to get wrong (<c>additionalParams.simulate</c>), by SOL003 names of operations.</summary>
internal sealed record SimulateRules
{
    /// <summary>The longest that an operation may be made to dawdle, in seconds.</summary>
    public const double MostSeconds = 3_600;

    private static readonly ImmutableArray<string> Operations =
    [
        "INSTANTIATE", "SCALE", "SCALE_TO_LEVEL", "CHANGE_FLAVOUR", "TERMINATE", "HEAL", "OPERATE", "CHANGE_EXT_CONN",
        "MODIFY_INFO", "CREATE_SNAPSHOT", "REVERT_TO_SNAPSHOT", "CHANGE_VNFPKG", "MONITORING_MIGRATION",
    ];

    /// <summary>Nothing goes wrong.</summary>
    public static SimulateRules None { get; } = new();

    /// <summary>Operations that fail at their first attempt.</summary>
    public ImmutableArray<string> FailOnce { get; init; } = [];

    /// <summary>Operations that fail at every attempt.</summary>
    public ImmutableArray<string> FailAlways { get; init; } = [];

    /// <summary>Operations whose rollback fails.</summary>
    public ImmutableArray<string> FailRollback { get; init; } = [];

    /// <summary>Seconds that each act of an operation takes.</summary>
    public ImmutableSortedDictionary<string, double> Slow { get; init; } =
        ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>Reads the rules.</summary>
    /// <param name="simulate">The attribute; null when the request has none.</param>
    /// <param name="rules">The rules; none when there is an objection.</param>
    /// <returns>What is wrong with the attribute, for clients; null when nothing.</returns>
    public static string? Read(JsonElement? simulate, out SimulateRules rules)
    {
        rules = None;
        if (simulate is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given)
        {
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return "additionalParams.simulate: an object is wanted.";
        }

        var read = None;
        foreach (var member in given.EnumerateObject())
        {
            if (ReadMember(member, ref read) is { } wrong)
            {
                return $"additionalParams.simulate.{member.Name}: {wrong}";
            }
        }

        rules = read;
        return null;
    }

    private static string? ReadMember(JsonProperty member, ref SimulateRules rules)
    {
        switch (member.Name)
        {
            case "failOnce":
                var wrong = ReadNames(member.Value, out var once);
                rules = rules with { FailOnce = once };
                return wrong;
            case "failAlways":
                wrong = ReadNames(member.Value, out var always);
                rules = rules with { FailAlways = always };
                return wrong;
            case "failRollback":
                wrong = ReadNames(member.Value, out var rollback);
                rules = rules with { FailRollback = rollback };
                return wrong;
            case "slow":
                wrong = ReadSeconds(member.Value, out var slow);
                rules = rules with { Slow = slow };
                return wrong;
            default:
                return "this is unknown; failOnce, failAlways, failRollback and slow are known.";
        }
    }

    private static string? ReadNames(JsonElement value, out ImmutableArray<string> names)
    {
        names = [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            return "a list of operations is wanted.";
        }

        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || ObjectionTo(item.GetString()!) is not null)
            {
                return ObjectionTo(item.ToString());
            }

            names = names.Add(item.GetString()!);
        }

        return null;
    }

    private static string? ReadSeconds(JsonElement value, out ImmutableSortedDictionary<string, double> slow)
    {
        slow = None.Slow;
        if (value.ValueKind != JsonValueKind.Object)
        {
            return "an object of operations and seconds is wanted.";
        }

        foreach (var item in value.EnumerateObject())
        {
            if (ObjectionTo(item.Name) is { } unknown)
            {
                return unknown;
            }

            if (item.Value.ValueKind != JsonValueKind.Number
                || !item.Value.TryGetDouble(out var seconds)
                || seconds is not (>= 0 and <= MostSeconds))
            {
                return $"{item.Name}: seconds are wanted, a number from 0 to {MostSeconds}.";
            }

            slow = slow.SetItem(item.Name, seconds);
        }

        return null;
    }

    private static string? ObjectionTo(string name) => Operations.Contains(name)
        ? null
        : $"'{name}' is no operation; known are {string.Join(", ", Operations)}.";
}
