using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>What a new VNF instance takes from the descriptor of a stored package: what it is, and its initial
/// pairs.</summary>
/// <param name="Vnfd">What the instance needs of the descriptor for life.</param>
/// <param name="Extensions">Extensions with an initial value.</param>
/// <param name="ConfigurableProperties">Configurable properties with an initial value.</param>
/// <param name="Metadata">Metadata with an initial value.</param>
internal sealed record StoredVnfd(
    VnfdReference Vnfd,
    ImmutableSortedDictionary<string, JsonElement> Extensions,
    ImmutableSortedDictionary<string, JsonElement> ConfigurableProperties,
    ImmutableSortedDictionary<string, JsonElement> Metadata);

/// <summary>Finds the descriptor of a stored package by its VNFD id; null when no package has it.</summary>
internal delegate Task<StoredVnfd?> FindVnfd(string vnfdId, CancellationToken cancellationToken);
