namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// Names one thing that an agent watches. To the VNF manager it is the id of a VNFC; an agent does not know.
/// </summary>
public readonly record struct TargetId(Guid Value)
{
    /// <summary>The id as lower-case hexadecimal with dashes, as it is printed everywhere.</summary>
    public override string ToString() => Value.ToString("D");
}
