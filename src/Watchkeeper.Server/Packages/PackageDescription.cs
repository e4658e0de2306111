using System.Text.Json.Serialization;
using Watchkeeper.Server.Packages.Descriptors;

namespace Watchkeeper.Server.Packages;

/// <summary>What clients see of a package, and what the store keeps of it beside its files.</summary>
internal sealed record PackageDescription
{
    public required Guid Id { get; init; }

    public required string VnfdId { get; init; }

    public required string VnfProvider { get; init; }

    public required string VnfProductName { get; init; }

    public required string VnfSoftwareVersion { get; init; }

    public required string VnfdVersion { get; init; }

    public required ImmutableArray<FlavourDescription> Flavours { get; init; }

    /// <summary>The input that names the monitoring agent; absent when there is none.</summary>
    public string? AgentKey { get; init; }

    /// <summary>SHA-256 over the names and contents of all files: packages of the same hash are the same.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Bytes of all files after unpacking.</summary>
    public required long Size { get; init; }

    /// <summary>The file that the descriptor begins in.</summary>
    public required string EntryDefinitions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static PackageDescription Of(Guid id, AcceptedPackage accepted, DateTimeOffset now) => new()
    {
        Id = id,
        VnfdId = accepted.Vnfd.Id,
        VnfProvider = accepted.Vnfd.Provider,
        VnfProductName = accepted.Vnfd.ProductName,
        VnfSoftwareVersion = accepted.Vnfd.SoftwareVersion,
        VnfdVersion = accepted.Vnfd.Version,
        Flavours = [.. accepted.Vnfd.Flavours.Select(FlavourDescription.Of)],
        AgentKey = accepted.Vnfd.AgentKey,
        ContentHash = accepted.ContentHash,
        Size = accepted.Size,
        EntryDefinitions = accepted.EntryDefinitions,
        CreatedAt = now,
    };
}

/// <summary>What clients see of a flavour.</summary>
internal sealed record FlavourDescription(
    string Id,
    string Description,
    ImmutableArray<string> InstantiationLevels,
    string? DefaultInstantiationLevel,
    ImmutableArray<string> Vdus,
    ImmutableArray<InputDescription> Inputs)
{
    public static FlavourDescription Of(VnfdFlavour flavour) => new(
        flavour.Id,
        flavour.Description,
        [.. flavour.Levels.Select(level => level.Id)],
        flavour.DefaultLevelId,
        [.. flavour.Vdus.Select(vdu => vdu.Id)],
        [.. flavour.Inputs.Select(
            input => new InputDescription(input.Name, input.Kind, input.IsRequired, input.Default))]);
}

/// <summary>What clients see of an input: what may stand in <c>additionalParams</c>.</summary>
internal sealed record InputDescription(
    string Name, InputKind Kind, bool Required, System.Text.Json.JsonElement? Default);

/// <summary>The JSON of this folder.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(MillisecondTime)])]
[JsonSerializable(typeof(PackageDescription))]
[JsonSerializable(typeof(ImmutableArray<PackageDescription>))]
internal sealed partial class PackageJson : JsonSerializerContext;

/// <summary>A time in UTC with milliseconds and Z.</summary>
internal sealed class MillisecondTime : JsonConverter<DateTimeOffset>
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(
        ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert,
        System.Text.Json.JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(
        System.Text.Json.Utf8JsonWriter writer, DateTimeOffset value, System.Text.Json.JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Form));
}
