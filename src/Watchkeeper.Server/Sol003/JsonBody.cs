using System.Buffers;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>What became of reading a body: the object, or the fault to answer with.</summary>
internal sealed record BodyReading(JsonElement Body, Fault? Fault);

/// <summary>Reads JSON bodies within limits. The framework's own binding is not used: it answers 400 with an empty
/// body, and
/// binds no body on GET.</summary>
internal static class JsonBody
{
    /// <summary>The largest body, in bytes.</summary>
    public const int Largest = 1 << 20;

    /// <summary>The deepest nesting.</summary>
    public const int Deepest = 32;

    /// <summary>The longest member name, in characters.</summary>
    public const int LongestName = 255;

    /// <summary>The media type of a body.</summary>
    public const string Json = "application/json";

    /// <summary>The media type of a change (RFC 7396).</summary>
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>Reads the request's body, which must be one JSON object.</summary>
    public static Task<BodyReading> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, Json, cancellationToken);

    /// <summary>Reads the request's body, which must be one JSON object of a media type.</summary>
    public static async Task<BodyReading> ReadAsync(
        HttpRequest request, string mediaType, CancellationToken cancellationToken)
    {
        if (request.ContentType is { } type && !IsOfType(type, mediaType))
        {
            return Refused(RequestFaults.WrongMediaType(type, mediaType));
        }

        if (request.ContentLength > Largest)
        {
            return Refused(RequestFaults.BodyTooLarge(Largest));
        }

        var bytes = await ReadBytesAsync(request, cancellationToken);
        return bytes switch
        {
            null => Refused(RequestFaults.BodyTooLarge(Largest)),
            { Length: 0 } => Refused(RequestFaults.NoBody),
            _ when request.ContentType is null => Refused(RequestFaults.WrongMediaType(sent: null, mediaType)),
            _ => Parse(bytes),
        };
    }

    /// <summary>Reads one JSON object that is already in memory, by the same rules.</summary>
    public static BodyReading Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (JsonScan.Objection(utf8) is { } fault)
            {
                return Refused(fault);
            }

            var reader = new Utf8JsonReader(utf8);
            var root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object
                ? new BodyReading(root, Fault: null)
                : Refused(RequestFaults.Attribute("(body)", "must be a JSON object"));
        }
        catch (JsonException broken)
        {
            return Refused(RequestFaults.BrokenJson(
                $"line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}."));
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for text that is not Unicode (broken UTF-8, half a surrogate pair).
            return Refused(RequestFaults.BrokenJson("it has text that is not Unicode."));
        }
    }

    private static BodyReading Refused(Fault fault) => new(default, fault);

    private static bool IsOfType(string contentType, string mediaType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue
            || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]?> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > Largest)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
