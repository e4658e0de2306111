using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>What can be wrong with any request.</summary>
internal static class RequestFaults
{
    private const int LongestShown = 80;

    public static Fault NoBody { get; } = new(
        "faults/no-body", "The request has no body", 400, "A JSON object is expected as the body.");

    public static Fault BrokenJson(string why) => new(
        "faults/broken-json", "The body is not JSON", 400, $"The body is not well-formed JSON: {why}");

    public static Fault WrongMediaType(string? sent, string expected = JsonBody.Json) => new(
        "faults/wrong-media-type", "The content type is not served", 415,
        sent is null
            ? $"The body has no Content-Type; {expected} is expected."
            : $"{expected} in UTF-8 is expected as Content-Type.");

    public static Fault BodyTooLarge(int most) => new(
        "faults/body-too-large", "The body is too large", 413, $"The body has more than {most} bytes.");

    public static Fault TooDeep(int most) => new(
        "faults/too-deep", "The body is nested too deeply", 422, $"The body is nested more than {most} levels deep.");

    public static Fault NameTooLong(int most) => new(
        "faults/name-too-long", "A member name is too long", 422, $"A member name has more than {most} characters.");

    public static Fault DuplicateMember(string name) => new(
        "faults/duplicate-member", "A member is there twice", 422, $"The member '{name}' is there more than once.");

    /// <summary>An attribute is missing, of a wrong type or out of its range.</summary>
    public static Fault Attribute(string path, string why) => new(
        "faults/invalid-attribute", "An attribute is not valid", 422, $"{path}: {why}");

    public static Fault BadQuery(string detail) => new(
        "faults/bad-query", "The query is not valid", 400, detail);

    /// <summary>A query parameter that the resource does not have; its name is shown, as far as it is short.</summary>
    public static Fault UnknownQuery(string name, IReadOnlyList<string> known)
    {
        var shown = name.Length > LongestShown ? name[..LongestShown] + "…" : name;
        return BadQuery($"'{shown}' is no query parameter of this resource; "
            + (known.Count == 0 ? "it has none." : $"it has {string.Join(", ", known)}."));
    }

    public static Fault NotAcceptable { get; } = new(
        "faults/not-acceptable", "No acceptable representation", 406,
        "The Accept header allows none of the media types that this resource has.");

    public static Fault MalformedVersion { get; } = new(
        "faults/malformed-version", "The Version header is malformed", 400,
        "The Version header is MAJOR.MINOR.PATCH, for example 2.3.0.");

    public static Fault UnsupportedVersion(string served) => new(
        "faults/unsupported-version", "The API version is not served", 406, $"Served versions are {served}.");

    public static Fault Foreign(string detail) => new(
        "faults/foreign-request", "The request comes from elsewhere", 403, detail);

    public static Fault NotFound(string what) => new("faults/not-found", "Not found", 404, $"There is no such {what}.");

    public static Fault PreconditionFailed { get; } = new(
        "faults/precondition-failed", "A precondition does not hold", 412,
        "The resource is not in the version that the request names.");

    public static Fault StoreUnavailable { get; } = new(
        "faults/store-unavailable", "The store takes no writes now", 503,
        "Nothing was changed; the request may be repeated later.");

    public static Fault Unexpected(string reference) => new(
        "faults/unexpected", "Something unexpected happened", 500,
        $"The server's log has the details under the reference {reference}.");

    /// <summary>What the framework answers with a bare status.</summary>
    public static Fault Bare(int status) => status switch
    {
        404 => NotFound("resource"),
        405 => new("faults/method-not-allowed", "Method not allowed", 405, "Allow names the methods that are served."),
        406 => NotAcceptable,
        413 => new("faults/body-too-large", "The body is too large", 413, "The body is larger than is taken here."),
        415 => WrongMediaType("other"),
        _ => new(
            $"faults/http-{status}", "The request was refused", status, $"The request ended with status {status}."),
    };
}
