namespace Watchkeeper.Monitoring.Probes;

/// <summary>What is known after a target was asked one question.</summary>
public enum ProbeAnswerKind : byte
{
    /// <summary>Nothing was learnt: the agent could not ask, or is itself unwell. Never folded into a KPI.</summary>
    Unknown,

    /// <summary>The target answered.</summary>
    Alive,

    /// <summary>The target did not answer in time, or refused.</summary>
    Silent,
}

/// <summary>An answer, with the reason when it is not Alive.</summary>
/// <param name="Kind">What is known.</param>
/// <param name="Why">A short reason for people, for example "connection refused"; null when alive.</param>
public readonly record struct ProbeAnswer(ProbeAnswerKind Kind, string? Why)
{
    /// <summary>The target answered.</summary>
    public static ProbeAnswer Alive => new(ProbeAnswerKind.Alive, null);

    /// <summary>The target did not answer.</summary>
    public static ProbeAnswer Silent(string why) => new(ProbeAnswerKind.Silent, why);

    /// <summary>Nothing was learnt about the target.</summary>
    public static ProbeAnswer Unknown(string why) => new(ProbeAnswerKind.Unknown, why);
}
