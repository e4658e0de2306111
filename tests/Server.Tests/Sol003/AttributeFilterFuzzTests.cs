using System.Text.Json;
using CsCheck;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.VnfInstances;

namespace Server.Tests.Sol003;

/// <summary>Whatever filter a client sends, it is one that can be applied, or a clear refusal.</summary>
public sealed class AttributeFilterFuzzTests
{
    private static readonly AttributeNames Names = AttributeNames.Of(VnfInstancesJson.Default.VnfInstanceResponse);

    private static readonly JsonElement Instance = JsonElement.Parse("""
        {
          "id": "a", "vnfInstanceName": "it's, (web)", "instantiationState": "INSTANTIATED",
          "metadata": { "n": 5, "big": 1e308, "deep": { "list": [1, [2.5], null] }, "at": "2026-05-01T12:00:00.000Z" },
          "instantiatedVnfInfo": { "scaleStatus": [{ "aspectId": "x", "scaleLevel": 1 }] }
        }
        """);

    private static readonly Gen<string> Pieces = Gen.OneOf(
        Gen.OneOf<string>(
            "(", ")", ",", ";", "'", "''", "/", "~0", "~1", "~2", "eq", "neq", "in", "nin", "gt", "gte", "lt", "lte",
            "cont",
            "ncont", "id", "metadata", "metadata/n", "metadata/@key", "metadata/deep/list", "metadata/at", "@key", "5",
            "1e400", "2026-05-01T12:00:00Z", "9999-12-31T23:59:59.9999999+14:00", "0001-01-01T00:00:00-14:00", "true",
            "\0", "\ud800", " ", "(eq,id,a)", "(gt,metadata/n,4);", "instantiatedVnfInfo/scaleStatus/scaleLevel"),
        Gen.String);

    private static readonly Gen<string> Terms = Gen.Select(
        Gen.OneOf<string>("eq", "neq", "in", "nin", "gt", "gte", "lt", "lte", "cont", "ncont"),
        Gen.OneOf<string>(
            "id", "metadata/n", "metadata/big", "metadata/at", "metadata/deep/list", "metadata/@key", "metadata/none/x",
            "instantiatedVnfInfo/scaleStatus/scaleLevel", "vimConnectionInfo/@key"),
        Pieces,
        (op, path, value) => $"({op},{path},{value})");

    [Fact]
    public void Random_pieces_are_a_filter_or_are_refused() =>
        Fuzz.Run(Pieces.Array[0, 12], 20_000, pieces => Read(string.Concat(pieces)));

    [Fact]
    public void Random_expressions_are_applied_or_refused() =>
        Fuzz.Run(Terms.Array[1, 4], 20_000, terms => Read(string.Join(';', terms)));

    [Theory]
    [InlineData("(")]
    [InlineData("(eq,id,a);")]
    [InlineData("'")]
    [InlineData("(eq,metadata/")]
    [InlineData("a/")]
    public void A_filter_as_long_as_a_request_line_can_be_does_not_hang(string piece) =>
        Read(string.Concat(Enumerable.Repeat(piece, 32_000 / piece.Length)));

    private static void Read(string text)
    {
        if (AttributeFilter.TryParse(text, Names, out var filter, out var whyNot))
        {
            _ = filter.Matches(Instance);
            _ = filter.LooksInto("metadata");
            return;
        }

        whyNot.ShouldNotBeNullOrEmpty();
    }
}
