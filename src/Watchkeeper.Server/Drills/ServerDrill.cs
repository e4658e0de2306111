using System.Globalization;

namespace Watchkeeper.Server.Drills;

/// <summary>What can be rehearsed on the server.</summary>
internal enum ServerDrillKind
{
    /// <summary>The service update of a migration fails: <c>fail</c> or <c>fail-after-write</c>.</summary>
    ServiceUpdate,

    /// <summary>The service update of a rollback fails: <c>fail</c>.</summary>
    RollbackUpdate,

    /// <summary>The server kills itself at a journal point.</summary>
    CrashAt,

    /// <summary>An operation is held at a journal point until the drill is cleared.</summary>
    Hold,
}

/// <summary>One failure to rehearse: so many occasions pass, then so many fail.</summary>
/// <param name="Kind">What fails.</param>
/// <param name="What">How, or at which journal point.</param>
/// <param name="After">Occasions that pass first.</param>
/// <param name="Times">Occasions that fail then; null for ever.</param>
internal sealed record ServerDrill(ServerDrillKind Kind, string What, int After, int? Times)
{
    private static readonly ImmutableArray<(ServerDrillKind Kind, string Name, string Wanted)> Kinds =
    [
        (ServerDrillKind.ServiceUpdate, "serviceUpdate", "fail or fail-after-write"),
        (ServerDrillKind.RollbackUpdate, "rollbackUpdate", "fail"),
        (ServerDrillKind.CrashAt, "crashAt", "before:POINT or after:POINT"),
        (ServerDrillKind.Hold, "hold", "before:POINT or after:POINT"),
    ];

    /// <summary>The names of all kinds, as people write them.</summary>
    public static string Names => string.Join(", ", Kinds.Select(kind => kind.Name));

    /// <summary>The name of the kind, as people write it.</summary>
    public string Name => NameOf(Kind);

    /// <summary>Whether it fires at a journal point.</summary>
    public bool IsAtPoint => Kind is ServerDrillKind.CrashAt or ServerDrillKind.Hold;

    /// <summary>Whether the journal point that it names is among those that exist; true when it names none.</summary>
    public bool IsAtOneOf(IReadOnlySet<string> points) => !IsAtPoint || points.Contains(What.Split(':', 2)[1]);

    public static string NameOf(ServerDrillKind kind) => Kinds.First(one => one.Kind == kind).Name;

    /// <summary>The kind that a name means; null when it means none.</summary>
    public static ServerDrillKind? KindOf(string name) =>
        Kinds.Where(kind => kind.Name == name).Select(kind => (ServerDrillKind?)kind.Kind).FirstOrDefault();

    /// <summary>Reads a drill as it stands in the configuration, for example <c>fail:after=1,times=1</c>.</summary>
    /// <exception cref="FormatException">It is none; the message names it.</exception>
    public static ServerDrill Parse(ServerDrillKind kind, string text)
    {
        var options = text.LastIndexOf(':') is var colon and >= 0 && text.IndexOf('=', colon) >= 0
            ? text[(colon + 1)..].Split(',')
            : [];
        var what = options.Length == 0 ? text : text[..text.LastIndexOf(':')];
        int? after = null;
        int? times = null;
        foreach (var option in options)
        {
            var sides = option.Split('=');
            var isNumber = int.TryParse(sides[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            switch (sides)
            {
                case ["after", _] when after is null && isNumber:
                    after = number;
                    break;
                case ["times", _] when times is null && isNumber && number > 0:
                    times = number;
                    break;
                default:
                    throw Unreadable(kind, text);
            }
        }

        return IsWhat(kind, what) ? new ServerDrill(kind, what, after ?? 0, times) : throw Unreadable(kind, text);
    }

    /// <summary>Whether a text says how a drill of this kind fails, or where.</summary>
    public static bool IsWhat(ServerDrillKind kind, string what) => kind switch
    {
        ServerDrillKind.ServiceUpdate => what is "fail" or "fail-after-write",
        ServerDrillKind.RollbackUpdate => what is "fail",
        _ => what.Split(':') is ["before" or "after", { Length: > 0 and < 200 }],
    };

    private static FormatException Unreadable(ServerDrillKind kind, string text) => new(
        $"drill.{NameOf(kind)} is '{text}', not {Kinds.First(one => one.Kind == kind).Wanted}, "
        + "with optional :after=N,times=M.");
}
