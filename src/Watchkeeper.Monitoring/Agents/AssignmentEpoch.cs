namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// Counts the changes of hands of one target, from 1. Reports and requests of an older epoch are void.
/// </summary>
public readonly record struct AssignmentEpoch(long Value) : IComparable<AssignmentEpoch>
{
    /// <summary>The epoch of a target that nobody was ever asked to watch.</summary>
    public static AssignmentEpoch None => default;

    /// <summary>The epoch of the next change of hands.</summary>
    public AssignmentEpoch Next() => new(checked(Value + 1));

    /// <inheritdoc />
    public int CompareTo(AssignmentEpoch other) => Value.CompareTo(other.Value);

    public static bool operator <(AssignmentEpoch left, AssignmentEpoch right) => left.Value < right.Value;
    public static bool operator >(AssignmentEpoch left, AssignmentEpoch right) => left.Value > right.Value;
    public static bool operator <=(AssignmentEpoch left, AssignmentEpoch right) => left.Value <= right.Value;
    public static bool operator >=(AssignmentEpoch left, AssignmentEpoch right) => left.Value >= right.Value;

    /// <inheritdoc />
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
