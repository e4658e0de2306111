namespace Watchkeeper.Lifecycle.Instances;

/// <summary>Names one VNF instance (SOL003 <c>vnfInstanceId</c>).</summary>
public readonly record struct VnfInstanceId(Guid Value)
{
    /// <summary>The id as lower-case hexadecimal with dashes, as it stands in URIs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Names one VNFC instance; here, one VM (SOL003 <c>vnfcInstanceId</c>).</summary>
public readonly record struct VnfcId(Guid Value)
{
    /// <summary>The id as lower-case hexadecimal with dashes, as it stands in resources.</summary>
    public override string ToString() => Value.ToString();
}
