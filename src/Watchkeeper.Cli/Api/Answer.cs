using System.Text.Json;

namespace Watchkeeper.Cli.Api;

/// <summary>What the server answered to an accepted request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; null when there is none.</param>
/// <param name="Location">Where the new resource is, when there is one.</param>
/// <param name="NextPage">Where the collection goes on, when it does.</param>
internal sealed record Answer(int Status, JsonElement? Body, Uri? Location, Uri? NextPage)
{
    /// <summary>The id of the resource that Location names.</summary>
    /// <remarks>Only the id is used: the server may know itself by another address than we do.</remarks>
    public string NewId
    {
        get
        {
            var path = (Location ?? throw new WkException("The server's answer has no Location.")).OriginalString;
            return Uri.UnescapeDataString(path.TrimEnd('/').Split('/')[^1]);
        }
    }

    /// <summary>The body of an answer that must have one.</summary>
    public JsonElement Document => Body ?? throw new WkException("The server's answer has no body.");
}
