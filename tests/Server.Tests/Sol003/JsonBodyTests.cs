using System.Text;
using Watchkeeper.Server.Sol003;

namespace Server.Tests.Sol003;

public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"a":{"a":1},"b":[{"a":1},{"a":2}]}""", null)]
    [InlineData("{", 400)]
    [InlineData("""{"a":1,}""", 400)]
    [InlineData("""{"a":1} x""", 400)]
    [InlineData("""{"a":"\ud800"}""", 400)]
    [InlineData("[]", 422)]
    [InlineData("1", 422)]
    [InlineData("""{"a":1,"a":2}""", 422)]
    [InlineData("""{"x":{"a":1,"\u0061":2}}""", 422)]
    public void A_body_is_taken_or_refused_with_the_right_status(string json, int? status) =>
        StatusOf(json).ShouldBe(status, json);

    [Fact]
    public void A_body_may_be_as_deep_as_the_limit_and_no_deeper()
    {
        StatusOf(Nested(JsonBody.Deepest)).ShouldBeNull();
        StatusOf(Nested(JsonBody.Deepest + 1)).ShouldBe(422);
        StatusOf(Nested(10_000)).ShouldBe(422);
        StatusOf(Nested(10_000)[..^5]).ShouldBe(400);
    }

    [Fact]
    public void A_member_name_may_be_as_long_as_the_limit_and_no_longer()
    {
        StatusOf($$"""{"{{new string('n', JsonBody.LongestName)}}":1}""").ShouldBeNull();
        StatusOf($$"""{"{{new string('n', JsonBody.LongestName + 1)}}":1}""").ShouldBe(422);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_broken() =>
        JsonBody.Parse([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]).Fault.ShouldNotBeNull().Status.ShouldBe(400);

    private static int? StatusOf(string json) => JsonBody.Parse(Encoding.UTF8.GetBytes(json)).Fault?.Status;

    // An object with lists inside it, so many levels in all.
    private static string Nested(int levels) =>
        "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
}
