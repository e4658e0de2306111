using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Storage;

/// <summary>Rows as JSON documents: the same row gives the same text, and the text gives the row back.</summary>
/// <remarks>
/// Generated readers give an init-only member that is missing in a text its type's default, not its initial value. So a
/// member that is added later has to be given to the stored documents by a migration (<c>json_set</c>).
/// </remarks>
internal static class Documents
{
    private static JsonSerializerOptions Options { get; } = new(DocumentJson.Default.Options)
    {
        TypeInfoResolver = DocumentJson.Default.WithAddedModifier(NameOutcomes),
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, TypeInfo<T>());

    public static T Read<T>(string document) => JsonSerializer.Deserialize(document, TypeInfo<T>())
        ?? throw new InvalidOperationException($"A stored {typeof(T).Name} is null.");

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    // Said here and not by attributes, so that the lifecycle's types need not know how they are stored.
    private static void NameOutcomes(JsonTypeInfo type)
    {
        if (type.Type == typeof(StepOutcome))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions
            {
                TypeDiscriminatorPropertyName = "outcome",
                DerivedTypes =
                {
                    new JsonDerivedType(typeof(StepOutcome.Done), "done"),
                    new JsonDerivedType(typeof(StepOutcome.Failed), "failed"),
                },
            };
        }
    }
}

/// <summary>The shapes of stored documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(OperationIdConverter), typeof(VnfInstanceIdConverter), typeof(VnfcIdConverter),
        typeof(TargetIdConverter), typeof(EpochConverter), typeof(StepNameConverter), typeof(AgentAddressConverter),
        typeof(PairsConverter), typeof(LevelsConverter),
    ])]
[JsonSerializable(typeof(VnfInstance))]
[JsonSerializable(typeof(VnfLcmOpOcc))]
[JsonSerializable(typeof(StepOutcome.Done))]
[JsonSerializable(typeof(StepOutcome.Failed))]
[JsonSerializable(typeof(Vnfc))]
[JsonSerializable(typeof(VnfcMonitoring))]
[JsonSerializable(typeof(StoredLevel))]
[JsonSerializable(typeof(CoreEvent))]
[JsonSerializable(typeof(NotificationEntry))]
[JsonSerializable(typeof(SubscriptionRow))]
[JsonSerializable(typeof(AgentRow))]
[JsonSerializable(typeof(PackageRow))]
[JsonSerializable(typeof(AlarmRow))]
internal sealed partial class DocumentJson : JsonSerializerContext;

/// <summary>Writes and reads an operation id.</summary>
internal sealed class OperationIdConverter : JsonConverter<OperationId>
{
    public override OperationId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, OperationId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Writes and reads the id of a VNF instance.</summary>
internal sealed class VnfInstanceIdConverter : JsonConverter<VnfInstanceId>
{
    public override VnfInstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, VnfInstanceId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Writes and reads the id of a VNFC.</summary>
internal sealed class VnfcIdConverter : JsonConverter<VnfcId>
{
    public override VnfcId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, VnfcId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Writes and reads the id of a target.</summary>
internal sealed class TargetIdConverter : JsonConverter<TargetId>
{
    public override TargetId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, TargetId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Writes and reads an epoch as a number.</summary>
internal sealed class EpochConverter : JsonConverter<AssignmentEpoch>
{
    public override AssignmentEpoch Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, AssignmentEpoch value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}

/// <summary>Writes and reads the name of a step.</summary>
internal sealed class StepNameConverter : JsonConverter<StepName>
{
    public override StepName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A step has no name."));

    public override void Write(Utf8JsonWriter writer, StepName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Writes and reads an agent reference as the client sent it.</summary>
internal sealed class AgentAddressConverter : JsonConverter<AgentAddress>
{
    public override AgentAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AgentAddress.TryParse(reader.GetString() ?? "", out var address, out var whyNot)
            ? address
            : throw new JsonException(whyNot);

    public override void Write(Utf8JsonWriter writer, AgentAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}

/// <summary>Keeps key-value pairs in the order of their code units, whatever the culture.</summary>
internal sealed class PairsConverter : JsonConverter<ImmutableSortedDictionary<string, JsonElement>>
{
    public override ImmutableSortedDictionary<string, JsonElement> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader).EnumerateObject().ToImmutableSortedDictionary(
            pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    public override void Write(
        Utf8JsonWriter writer, ImmutableSortedDictionary<string, JsonElement> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, element) in value)
        {
            writer.WritePropertyName(key);
            element.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Keeps scale levels in the order of their aspects' code units.</summary>
internal sealed class LevelsConverter : JsonConverter<ImmutableSortedDictionary<string, int>>
{
    public override ImmutableSortedDictionary<string, int> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader).EnumerateObject().ToImmutableSortedDictionary(
            level => level.Name, level => level.Value.GetInt32(), StringComparer.Ordinal);

    public override void Write(
        Utf8JsonWriter writer, ImmutableSortedDictionary<string, int> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (aspect, level) in value)
        {
            writer.WriteNumber(aspect, level);
        }

        writer.WriteEndObject();
    }
}
