using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Packages;

/// <summary>Every expected failure of packages and of what is made from them.</summary>
internal static class PackageFaults
{
    /// <summary>The archive, its manifest or its descriptor is not what it should be.</summary>
    public static Fault Refused(string why) =>
        new("faults/package-refused", "The VNF package is refused", 422, Sentence(why));

    public static Fault TooLarge(long limit) => new(
        "faults/package-too-large", "The VNF package is too large", 413, $"A package has at most {limit} bytes.");

    public static Fault Empty { get; } = new(
        "faults/package-empty", "There is no VNF package", 400, "The request has no body.");

    public static Fault WrongContentType(string? given) => new(
        "faults/package-content-type", "Unsupported content type", 415,
        $"A package is sent as application/zip or application/octet-stream, not as '{Excerpt.Of(given ?? "")}'.");

    public static Fault VnfdIdTaken(string vnfdId, Guid packageId) => new(
        "faults/package-vnfd-id-taken", "The VNFD id is taken", 409,
        $"The package {packageId:D} has the VNFD id '{vnfdId}' already, with other content.");

    public static Fault Unknown(string id) => new(
        "faults/package-unknown", "No such VNF package", 404, $"There is no package '{Excerpt.Of(id)}'.");

    public static Fault InUse(string vnfdId) => new(
        "faults/package-in-use", "The VNF package is in use", 409,
        $"A VNF instance was made from the VNFD '{vnfdId}' of this package.");

    public static Fault FlavourUnknown(string given, IEnumerable<string> known) => new(
        "faults/vnfd-flavour-unknown", "No such deployment flavour", 422,
        $"flavourId '{Excerpt.Of(given)}' is none of this VNFD's: {string.Join(", ", known)}.");

    public static Fault LevelUnknown(string given, string flavour) => new(
        "faults/vnfd-level-unknown", "No such instantiation level", 422,
        $"instantiationLevelId '{Excerpt.Of(given)}' is not a level of the flavour '{flavour}'.");

    public static Fault LevelMissing(string flavour) => new(
        "faults/vnfd-level-missing", "An instantiation level is needed", 422,
        $"The flavour '{flavour}' has no default level: instantiationLevelId must name one.");

    public static Fault InputMissing(string name) => new(
        "faults/vnfd-input-missing", "An input is missing", 422,
        $"additionalParams must give '{name}': it has no default.");

    /// <summary>An input that was given, or the pair that is stored for it, is not what it must be.</summary>
    public static Fault InputWrong(string name, string source, string why) => new(
        "faults/vnfd-input-wrong", "An input is wrong", 422, Sentence($"'{name}' of {source} {why}"));

    public static Fault ValueWrong(string why) =>
        new("faults/vnfd-value-wrong", "The inputs do not fit the VNFD", 422, Sentence(why));

    public static Fault AgentsDiffer(string one, string other) => new(
        "faults/vnfd-agents-differ", "The VNF names two monitoring agents", 422,
        $"One KPI names '{Excerpt.Of(one)}', another '{Excerpt.Of(other)}'; one agent watches a VNF.");

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
