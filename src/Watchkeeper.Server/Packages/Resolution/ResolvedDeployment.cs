using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Packages.Resolution;

/// <summary>What a client asks to be instantiated, with all that may decide the inputs.</summary>
internal sealed record DeploymentRequest
{
    public required StoredPackage Package { get; init; }

    public required string FlavourId { get; init; }

    /// <summary>Null: the flavour's default level.</summary>
    public string? InstantiationLevelId { get; init; }

    /// <summary>The request's <c>additionalParams</c>.</summary>
    public required IReadOnlyDictionary<string, JsonElement> AdditionalParams { get; init; }

    /// <summary>The pair that the VNF instance stores under a key; null when it has none.</summary>
    public required Func<string, JsonElement?> StoredPair { get; init; }

    /// <summary>The instance's agent key: where a VNFD without an agent definition finds the agent of an earlier
    /// migration.</summary>
    public string? InstanceAgentKey { get; init; }
}

/// <summary>What became of a request to resolve a deployment.</summary>
internal abstract record DeploymentResolution
{
    private DeploymentResolution()
    {
    }

    /// <summary>It can be made.</summary>
    internal sealed record Resolved(ResolvedDeployment Deployment) : DeploymentResolution;

    /// <summary>It can't; the fault names the flavour, level, input or attribute.</summary>
    internal sealed record Refused(Fault Fault) : DeploymentResolution;
}

/// <summary>A flavour at a level with all inputs put in: what is to be made and watched.</summary>
internal sealed record ResolvedDeployment
{
    public required string FlavourId { get; init; }

    /// <summary>The level used; null when the flavour has none.</summary>
    public required string? InstantiationLevelId { get; init; }

    /// <summary>The level of each scaling aspect.</summary>
    public required ImmutableSortedDictionary<string, int> ScaleStatus { get; init; }

    /// <summary>The highest level of each scaling aspect.</summary>
    public required ImmutableSortedDictionary<string, int> MaxScaleLevels { get; init; }

    /// <summary>The declared inputs that have a value.</summary>
    public required ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; }

    /// <summary>The agent that watches every VM; the local MONA when nobody names one.</summary>
    public required AgentAddress Agent { get; init; }

    /// <summary>The key of the pair that names the agent, to be stored with <see cref="Agent"/>; null when the VNF has
    /// none.</summary>
    public required string? AgentKey { get; init; }

    public required ImmutableArray<ResolvedVdu> Vdus { get; init; }

    /// <summary>The VMs to make, by VDU in the order of the descriptor.</summary>
    public IEnumerable<ResolvedVm> Vms => Vdus.SelectMany(vdu =>
        Enumerable.Range(1, vdu.Count).Select(number => new ResolvedVm($"{vdu.Id}-{number}", vdu)));
}

/// <summary>One VM to make.</summary>
/// <param name="Name">Its name, unique in the deployment.</param>
/// <param name="Vdu">What it is made from.</param>
internal sealed record ResolvedVm(string Name, ResolvedVdu Vdu);

/// <summary>A VDU with all inputs put in.</summary>
internal sealed record ResolvedVdu
{
    public required string Id { get; init; }

    /// <summary>How many VMs are made at this level.</summary>
    public required int Count { get; init; }

    public required VnfcMonitoring Monitoring { get; init; }

    public required RecoveryPolicy Recovery { get; init; }

    /// <summary>The software image on disk; null when the VDU has none.</summary>
    public required string? ImagePath { get; init; }

    public required int Cpus { get; init; }

    public required long MemoryBytes { get; init; }

    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Whether one of its KPIs pings.</summary>
    public required bool NeedsIcmp { get; init; }

    /// <summary>The request to the VIM for one VM of this VDU.</summary>
    public VmRequest RequestFor(VnfcId vnfc, VnfInstanceId vnfInstance, JsonElement? simulate) => new(
        vnfc, vnfInstance, Id, ImagePath, Cpus, MemoryBytes, Environment, NeedsIcmp, simulate);
}

/// <summary>How a VM that is down is brought back.</summary>
internal enum RecoveryAction
{
    /// <summary>Reboot; when that does not help, redeploy.</summary>
    RebootThenRedeploy,

    /// <summary>Reboot only.</summary>
    RebootOnly,

    /// <summary>Redeploy only.</summary>
    RedeployOnly,
}

/// <summary>A VDU's recovery policy.</summary>
/// <param name="Action">What is done.</param>
/// <param name="WaitTime">How long a VM may come back by itself first.</param>
/// <param name="MaxRetries">How often it is tried.</param>
/// <param name="MonitorOnError">Whether a VM in error goes on being watched.</param>
internal sealed record RecoveryPolicy(RecoveryAction Action, TimeSpan WaitTime, int MaxRetries, bool MonitorOnError);
