using System.Globalization;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>What can be rehearsed on an agent.</summary>
public enum DrillKind
{
    /// <summary>Setting a monitor is refused. <c>refuse-set</c>.</summary>
    RefuseSet,

    /// <summary>Setting a monitor is never answered. <c>hang-set</c>.</summary>
    HangSet,

    /// <summary>Unsetting a monitor is refused. <c>refuse-unset</c>.</summary>
    RefuseUnset,

    /// <summary>Unsetting a monitor is never answered. <c>hang-unset</c>.</summary>
    HangUnset,
}

/// <summary>One failure to rehearse: so many VMs pass, then so many fail.</summary>
/// <param name="Kind">What fails.</param>
/// <param name="After">VMs that pass first.</param>
/// <param name="Times">VMs that fail then; null for ever.</param>
public sealed record Drill(DrillKind Kind, int After, int? Times);

/// <summary>Switches that make an agent fail on purpose, so that people can rehearse. Off unless asked for.</summary>
public sealed class DrillSwitches
{
    private const string Form = "refuse-set|hang-set|refuse-unset|hang-unset, each with optional :after=N,times=M";

    private readonly Lock _gate = new();
    private readonly Dictionary<DrillKind, Progress> _drills = [];

    /// <summary>What is switched on now.</summary>
    public ImmutableArray<Drill> Active
    {
        get
        {
            lock (_gate)
            {
                return [.. _drills.Values.Select(progress => progress.Drill)];
            }
        }
    }

    /// <summary>Reads one switch as it is given on the command line.</summary>
    /// <param name="text">For example <c>refuse-set:after=1,times=1</c>.</param>
    /// <param name="drill">The switch; null when it can't be read.</param>
    /// <param name="error">One clear line; null when it can be read.</param>
    public static bool TryParse(string? text, out Drill? drill, out string? error)
    {
        drill = null;
        error = $"'{text}' is not a drill: {Form}";
        var parts = (text ?? "").Split(':');
        if (parts.Length > 2 || KindOf(parts[0]) is not { } kind)
        {
            return false;
        }

        int? after = null;
        int? times = null;
        foreach (var option in parts.Length == 2 ? parts[1].Split(',') : [])
        {
            var sides = option.Split('=');
            if (sides.Length != 2
                || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            switch (sides[0])
            {
                case "after" when after is null:
                    after = number;
                    break;
                case "times" when times is null && number > 0:
                    times = number;
                    break;
                default:
                    return false;
            }
        }

        drill = new Drill(kind, after ?? 0, times);
        error = null;
        return true;
    }

    /// <summary>The name of a kind as people write it.</summary>
    public static string NameOf(DrillKind kind) => kind switch
    {
        DrillKind.RefuseSet => "refuse-set",
        DrillKind.HangSet => "hang-set",
        DrillKind.RefuseUnset => "refuse-unset",
        DrillKind.HangUnset => "hang-unset",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown drill."),
    };

    /// <summary>The kind that a name means; null when it means none.</summary>
    public static DrillKind? KindOf(string name) => name switch
    {
        "refuse-set" => DrillKind.RefuseSet,
        "hang-set" => DrillKind.HangSet,
        "refuse-unset" => DrillKind.RefuseUnset,
        "hang-unset" => DrillKind.HangUnset,
        _ => null,
    };

    /// <summary>Switches a drill on, from its beginning; one of the same kind is replaced.</summary>
    public void SwitchOn(Drill drill)
    {
        ArgumentNullException.ThrowIfNull(drill);
        lock (_gate)
        {
            _drills[drill.Kind] = new Progress(drill);
        }
    }

    /// <summary>Switches on exactly these, each from its beginning.</summary>
    public void Replace(ImmutableArray<Drill> drills)
    {
        lock (_gate)
        {
            _drills.Clear();
            foreach (var drill in drills)
            {
                _drills[drill.Kind] = new Progress(drill);
            }
        }
    }

    /// <summary>Switches everything off.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _drills.Clear();
        }
    }

    /// <summary>Counts one VM and says whether it must fail.</summary>
    public bool Fails(DrillKind kind)
    {
        lock (_gate)
        {
            return _drills.TryGetValue(kind, out var progress) && progress.Fails();
        }
    }

    private sealed class Progress(Drill drill)
    {
        private long _seen;

        public Drill Drill => drill;

        public bool Fails()
        {
            _seen++;
            return _seen > drill.After && (drill.Times is not { } times || _seen <= (long)drill.After + times);
        }
    }
}
