using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Packages.Descriptors;

namespace Watchkeeper.Server.Packages.Resolution;

/// <summary>The values of a flavour's inputs: from the request, else from a stored pair, else the default.</summary>
/// <param name="Values">By input; an input that is not required may have none.</param>
/// <param name="IsRehearsal">Whether inputs without a value are to be expected: a package is being checked, nothing is
/// made.</param>
internal sealed record InputValues(ImmutableSortedDictionary<string, JsonElement> Values, bool IsRehearsal)
{
    /// <summary>The defaults alone, for checking a descriptor at upload.</summary>
    public static InputValues Rehearsal(VnfdFlavour flavour) => new(
        flavour.Inputs.Where(input => input.Default is not null).ToImmutableSortedDictionary(
            input => input.Name, input => input.Default!.Value, StringComparer.Ordinal),
        IsRehearsal: true);

    /// <summary>Chooses each input's value; returns what is wrong, or null.</summary>
    public static Fault? Choose(VnfdFlavour flavour, DeploymentRequest request, out InputValues values)
    {
        var chosen = ImmutableSortedDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
        values = new InputValues(chosen.ToImmutable(), IsRehearsal: false);
        foreach (var input in flavour.Inputs)
        {
            var (given, source) = Given(input, request);
            if (given is null)
            {
                if (input.IsRequired)
                {
                    return PackageFaults.InputMissing(input.Name);
                }

                continue;
            }

            if (input.TryRead(given.Value, out var value) is { } whyNot)
            {
                return PackageFaults.InputWrong(input.Name, source, whyNot);
            }

            chosen[input.Name] = value;
        }

        values = new InputValues(chosen.ToImmutable(), IsRehearsal: false);
        return null;
    }

    private static (JsonElement? Value, string Source) Given(VnfdInput input, DeploymentRequest request) =>
        request.AdditionalParams.TryGetValue(input.Name, out var asked) && asked.ValueKind != JsonValueKind.Null
            ? (asked, "additionalParams")
            : request.StoredPair(input.Name) is { ValueKind: not JsonValueKind.Null } stored
                ? (stored, "the VNF instance's pairs")
                : (input.Default, "the VNFD");
}
