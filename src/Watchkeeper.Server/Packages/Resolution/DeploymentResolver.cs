using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Packages.Descriptors;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Packages.Resolution;

/// <summary>Turns a descriptor and what a client asks for into what is made and watched. Pure: touches
/// nothing.</summary>
internal static class DeploymentResolver
{
    private const long SmallestMemory = 1L << 20;
    private const long LargestMemory = 1L << 42;
    private const long DefaultMemory = 256L << 20;
    private const int MostCpus = 1_024;
    private const int MostRetries = 100;
    private const int DefaultRetries = 3;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan DefaultBootTime = TimeSpan.FromMinutes(5);

    /// <summary>Resolves a request.</summary>
    public static DeploymentResolution Resolve(DeploymentRequest request)
    {
        var vnfd = request.Package.Vnfd;
        var flavour = vnfd.Flavours.FirstOrDefault(flavour => flavour.Id == request.FlavourId);
        if (flavour is null)
        {
            return new DeploymentResolution.Refused(
                PackageFaults.FlavourUnknown(request.FlavourId, vnfd.Flavours.Select(known => known.Id)));
        }

        if (LevelOf(flavour, request.InstantiationLevelId, out var level) is { } unknownLevel)
        {
            return new DeploymentResolution.Refused(unknownLevel);
        }

        if (InputValues.Choose(flavour, request, out var inputs) is { } wrongInput)
        {
            return new DeploymentResolution.Refused(wrongInput);
        }

        try
        {
            var settings = new SettingReader(inputs, flavour);
            if (AgentOf(flavour, settings, request, out var agent, out var agentKey) is { } wrongAgent)
            {
                return new DeploymentResolution.Refused(wrongAgent);
            }

            var deployment = Deployment(flavour, level, settings, request.Package.PathOf);
            return new DeploymentResolution.Resolved(
                deployment with { Inputs = inputs.Values, Agent = agent, AgentKey = agentKey });
        }
        catch (PackageFormatException exception)
        {
            return new DeploymentResolution.Refused(PackageFaults.ValueWrong(exception.Message));
        }
    }

    /// <summary>Resolves every level of every flavour with the defaults alone, so that what is written down is found
    /// wrong at upload.</summary>
    /// <exception cref="PackageFormatException">Something is wrong; the message says what and where.</exception>
    public static void Rehearse(Vnfd vnfd)
    {
        foreach (var flavour in vnfd.Flavours)
        {
            var settings = new SettingReader(InputValues.Rehearsal(flavour), flavour);
            if (AgentFrom(flavour, settings, out _) is { } wrongAgent)
            {
                throw new PackageFormatException(wrongAgent.Detail);
            }

            if (flavour.Levels.Length == 0)
            {
                Deployment(flavour, level: null, settings, name => name);
            }

            foreach (var level in flavour.Levels)
            {
                Deployment(flavour, level, settings, name => name);
            }
        }
    }

    private static Fault? LevelOf(VnfdFlavour flavour, string? asked, out InstantiationLevel? level)
    {
        var id = asked ?? flavour.DefaultLevelId;
        level = flavour.Levels.FirstOrDefault(level => level.Id == id);
        return level is not null || (id is null && flavour.Levels.Length == 0) ? null
            : id is null ? PackageFaults.LevelMissing(flavour.Id)
            : PackageFaults.LevelUnknown(id, flavour.Id);
    }

    private static ResolvedDeployment Deployment(
        VnfdFlavour flavour, InstantiationLevel? level, SettingReader settings, Func<string, string> pathOf)
    {
        var scale = flavour.Aspects.ToImmutableSortedDictionary(
            aspect => aspect.Id,
            aspect => level?.ScaleLevels.GetValueOrDefault(aspect.Id) ?? 0,
            StringComparer.Ordinal);
        var vdus = flavour.Vdus
            .Select(vdu => ResolvedVduOf(
                vdu, InstanceCounts.At(vdu, flavour, level?.Id, scale, settings), settings, pathOf))
            .ToImmutableArray();
        if (vdus.Sum(vdu => (long)vdu.Count) > PackageLimits.VmsPerVnf)
        {
            throw new PackageFormatException($"the VNF would have more than {PackageLimits.VmsPerVnf} VMs");
        }

        return new ResolvedDeployment
        {
            FlavourId = flavour.Id,
            InstantiationLevelId = level?.Id,
            ScaleStatus = scale,
            MaxScaleLevels = flavour.Aspects.ToImmutableSortedDictionary(
                aspect => aspect.Id, aspect => aspect.MaxLevel, StringComparer.Ordinal),
            Inputs = Pairs.None,
            Agent = AgentAddress.Local,
            AgentKey = null,
            Vdus = vdus,
        };
    }

    private static ResolvedVdu ResolvedVduOf(
        Vdu vdu, int count, SettingReader settings, Func<string, string> pathOf)
    {
        var kpis = vdu.Watch.Kpis.Select(kpi => KpiResolution.Resolve(kpi, settings)).ToImmutableArray();
        var boot = settings.Duration(vdu.Watch.BootTime, Second, Second, Day, DefaultBootTime);
        return new ResolvedVdu
        {
            Id = vdu.Id,
            Count = count,
            Monitoring = new VnfcMonitoring(kpis, vdu.Watch.Rules, boot),
            Recovery = new RecoveryPolicy(
                ActionOf(vdu.Watch.RecoveryAction, settings),
                settings.Duration(vdu.Watch.RecoveryWaitTime, Second, TimeSpan.Zero, Day, TimeSpan.Zero),
                settings.Whole(vdu.Watch.MaxRetries, 0, MostRetries, DefaultRetries),
                settings.Flag(vdu.Watch.MonitorOnError, fallback: false)),
            ImagePath = vdu.Image is null ? null : pathOf(vdu.Image),
            Cpus = settings.Whole(vdu.Cpus, 1, MostCpus, fallback: 1),
            MemoryBytes = settings.Bytes(vdu.Memory, SmallestMemory, LargestMemory, DefaultMemory),
            Environment = vdu.Environment.ToImmutableSortedDictionary(
                pair => pair.Key, pair => TextWithoutNul(pair.Value, settings), StringComparer.Ordinal),
            NeedsIcmp = kpis.Any(kpi => kpi.Collector == CollectorKind.IcmpPing),
        };
    }

    private static string TextWithoutNul(Setting setting, SettingReader settings)
    {
        var text = settings.Text(setting) ?? "";
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw SettingReader.Refused(setting, "the text has a NUL in it")
            : text;
    }

    private static RecoveryAction ActionOf(Setting? setting, SettingReader settings) => settings.Text(setting) switch
    {
        null or "REBOOT_THEN_REDEPLOY" => RecoveryAction.RebootThenRedeploy,
        "REBOOT_ONLY" => RecoveryAction.RebootOnly,
        "REDEPLOY_ONLY" => RecoveryAction.RedeployOnly,
        var other => throw SettingReader.Refused(
            setting!, $"'{Excerpt.Of(other)}' is none of REBOOT_THEN_REDEPLOY, REBOOT_ONLY, REDEPLOY_ONLY"),
    };

    /// <summary>The agent and its key; a VNFD that takes its agent from no input may have one from an earlier
    /// migration.</summary>
    private static Fault? AgentOf(
        VnfdFlavour flavour, SettingReader settings, DeploymentRequest request, out AgentAddress agent, out string? key)
    {
        key = flavour.AgentKey ?? request.InstanceAgentKey;
        if (flavour.AgentKey is not null || key is null)
        {
            return AgentFrom(flavour, settings, out agent);
        }

        if (!request.AdditionalParams.TryGetValue(key, out var given) || given.ValueKind == JsonValueKind.Null)
        {
            if (request.StoredPair(key) is not { } stored)
            {
                return AgentFrom(flavour, settings, out agent);
            }

            given = stored;
        }

        agent = AgentAddress.Local;
        if (given.ValueKind != JsonValueKind.String)
        {
            return PackageFaults.InputWrong(key, "additionalParams or the stored pairs", "must be a text");
        }

        if (!AgentAddress.TryParse(given.GetString()!, out var named, out var whyNot))
        {
            return PackageFaults.InputWrong(key, "additionalParams or the stored pairs", $"names no agent: {whyNot}");
        }

        agent = named;
        return null;
    }

    /// <summary>The one agent that the KPIs of all VDUs name.</summary>
    private static Fault? AgentFrom(VnfdFlavour flavour, SettingReader settings, out AgentAddress agent)
    {
        agent = AgentAddress.Local;
        AgentAddress? first = null;
        foreach (var setting in flavour.Vdus.SelectMany(vdu => vdu.Watch.Agents))
        {
            if (settings.TextOrNone(setting) is not { } text)
            {
                continue;
            }

            if (!AgentAddress.TryParse(text, out var named, out var whyNot))
            {
                return setting.Input is { } input
                    ? PackageFaults.InputWrong(input, "the inputs", $"names no agent: {whyNot}")
                    : PackageFaults.ValueWrong(SettingReader.Refused(setting, whyNot).Message);
            }

            first ??= named;
            if (!first.IsSameAgentAs(named))
            {
                return PackageFaults.AgentsDiffer(first.Text, named.Text);
            }
        }

        agent = first ?? AgentAddress.Local;
        return null;
    }
}
