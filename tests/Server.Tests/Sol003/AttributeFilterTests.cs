using System.Text.Json;
using CsCheck;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.VnfInstances;

namespace Server.Tests.Sol003;

public sealed class AttributeFilterTests
{
    private static readonly AttributeNames Names = AttributeNames.Of(VnfInstancesJson.Default.VnfInstanceResponse);

    private static readonly JsonElement Instance = JsonElement.Parse("""
        {
          "id": "a", "vnfInstanceName": "it's, (web)", "vnfdId": "d", "instantiationState": "INSTANTIATED",
          "metadata": {
            "n": 5, "deep": { "list": [1, 2.5] }, "on": true, "at": "2026-05-01T12:00:00.000Z", "a/b": "x"
          },
          "vimConnectionInfo": { "vim1": { "vimType": "HOST" } },
          "instantiatedVnfInfo": {
            "flavourId": "f",
            "scaleStatus": [{ "aspectId": "x", "scaleLevel": 1 }, { "aspectId": "y", "scaleLevel": 3 }]
          }
        }
        """);

    [Theory]
    [InlineData("(eq,id,a)", true)]
    [InlineData("(eq,id,A)", false)]
    [InlineData("(neq,id,a)", false)]
    [InlineData("(neq,id,b)", true)]
    [InlineData("(in,id,b,a)", true)]
    [InlineData("(nin,id,b,a)", false)]
    [InlineData("(nin,id,b,c)", true)]
    [InlineData("(cont,vnfInstanceName,nope,web)", true)]
    [InlineData("(ncont,vnfInstanceName,web)", false)]
    [InlineData("(eq,vnfInstanceName,'it''s, (web)')", true)]
    [InlineData("(gt,metadata/n,4)", true)]
    [InlineData("(gt,metadata/n,10)", false)]
    [InlineData("(gte,metadata/n,5.0)", true)]
    [InlineData("(lt,metadata/n,5)", false)]
    [InlineData("(lte,metadata/n,5)", true)]
    [InlineData("(lt,metadata/n,abc)", false)]
    [InlineData("(eq,metadata/deep/list,2.5)", true)]
    [InlineData("(eq,metadata/on,true)", true)]
    [InlineData("(neq,metadata/on,true)", false)]
    [InlineData("(gt,metadata/on,false)", false)]
    [InlineData("(eq,metadata/at,2026-05-01T14:00:00+02:00)", true)]
    [InlineData("(lt,metadata/at,2026-05-01T12:00:01Z)", true)]
    [InlineData("(eq,metadata/a~1b,x)", true)]
    [InlineData("(eq,metadata/@key,n)", true)]
    [InlineData("(eq,vimConnectionInfo/@key,vim1)", true)]
    [InlineData("(eq,vimConnectionInfo/@key,vim2)", false)]
    [InlineData("(eq,vimConnectionInfo/vim1/vimType,HOST)", true)]
    [InlineData("(gt,instantiatedVnfInfo/scaleStatus/scaleLevel,2)", true)]
    [InlineData("(gt,instantiatedVnfInfo/scaleStatus/scaleLevel,3)", false)]
    [InlineData("(eq,vnfInstanceDescription,x)", false)]
    [InlineData("(neq,vnfInstanceDescription,x)", true)]
    [InlineData("(eq,id,a);(eq,vnfdId,d)", true)]
    [InlineData("(eq,id,a);(eq,vnfdId,e)", false)]
    public void A_filter_matches_as_SOL013_says(string text, bool expected) =>
        Parse(text).Matches(Instance).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("eq,id,a")]
    [InlineData("(eq,id,a")]
    [InlineData("(eq,id)")]
    [InlineData("(eq,id,a,b)")]
    [InlineData("(is,id,a)")]
    [InlineData("(eq,nothing,a)")]
    [InlineData("(eq,id/more,a)")]
    [InlineData("(eq,instantiatedVnfInfo,a)")]
    [InlineData("(eq,metadata,a)")]
    [InlineData("(eq,metadata//x,a)")]
    [InlineData("(eq,id,'a)")]
    [InlineData("(eq,id,'a'b)")]
    [InlineData("(eq,id,a'b)")]
    [InlineData("(eq,id,a);")]
    [InlineData("(eq,id,a),(eq,id,a)")]
    [InlineData("(eq,id,a)(eq,id,a)")]
    public void A_filter_that_is_not_well_formed_is_refused(string text)
    {
        AttributeFilter.TryParse(text, Names, out var filter, out var whyNot).ShouldBeFalse();
        filter.ShouldBeNull();
        whyNot.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_filter_is_bounded_in_length_in_expressions_and_in_values()
    {
        Refused($"(eq,id,{new string('a', FilterSyntax.Longest)})");
        Refused(string.Join(';', Enumerable.Repeat("(eq,id,a)", FilterSyntax.MostTerms + 1)));
        Refused($"(in,id,{string.Join(',', Enumerable.Repeat("a", FilterSyntax.MostValues + 1))})");
        Refused($"(eq,{string.Join('/', Enumerable.Repeat("metadata", FilterSyntax.LongestPath + 1))},a)");
        Parse(string.Join(';', Enumerable.Repeat("(eq,id,a)", FilterSyntax.MostTerms)))
            .Matches(Instance).ShouldBeTrue();
    }

    [Fact]
    public void Any_text_is_either_a_filter_or_refused_with_a_reason() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["(),;'/eqid metadata@~"], 0, 40]).Sample(text =>
            AttributeFilter.TryParse(text, Names, out var filter, out var whyNot) == (filter is not null)
            && (filter is null) == !string.IsNullOrEmpty(whyNot));

    [Fact]
    public void A_quoted_value_is_found_whatever_is_in_it() =>
        Gen.String.Where(s => s.Length < 500 && IsUnicode(s)).Sample(value =>
        {
            var resource = JsonElement.Parse(JsonSerializer.Serialize(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = value }));
            var quoted = $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
            return Parse($"(eq,id,{quoted})").Matches(resource)
                && !Parse($"(neq,id,{quoted})").Matches(resource)
                && Parse($"(cont,id,{quoted})").Matches(resource);
        });

    [Fact]
    public void Numbers_are_ordered_as_numbers_and_the_operators_agree_with_each_other() =>
        Gen.Select(Gen.Int[-1000, 1000], Gen.Int[-1000, 1000]).Sample((mine, other) =>
        {
            var resource = JsonElement.Parse("{\"metadata\":{\"n\":" + mine + "}}");
            bool Is(string op) => Parse($"({op},metadata/n,{other})").Matches(resource);
            return Is("eq") == (mine == other) && Is("neq") != Is("eq") && Is("lt") == (mine < other)
                && Is("gte") != Is("lt") && Is("gt") == (mine > other) && Is("lte") != Is("gt")
                && Is("in") == Is("eq") && Is("nin") != Is("in");
        });

    private static bool IsUnicode(string text) => !text.Any(char.IsSurrogate);

    private static void Refused(string text) =>
        AttributeFilter.TryParse(text, Names, out _, out _).ShouldBeFalse();

    private static AttributeFilter Parse(string text)
    {
        AttributeFilter.TryParse(text, Names, out var filter, out var whyNot).ShouldBeTrue(whyNot);
        return filter!;
    }
}
