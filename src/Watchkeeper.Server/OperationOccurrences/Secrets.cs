using System.Buffers;
using System.Text.Json;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>Takes what is secret out of a request before it is shown (SOL003 5.7): <c>accessInfo</c> of VIM
/// connections.</summary>
internal static class Secrets
{
    private const string Secret = "accessInfo";

    public static JsonElement Without(JsonElement parameters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Copy(parameters, writer, isConnection: false);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void Copy(JsonElement value, Utf8JsonWriter writer, bool isConnection)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    if (isConnection && member.NameEquals(Secret))
                    {
                        continue;
                    }

                    writer.WritePropertyName(member.Name);
                    Copy(member.Value, writer, isConnection || member.NameEquals("vimConnectionInfo"));
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Copy(element, writer, isConnection);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
