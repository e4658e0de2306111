using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;
using Watchkeeper.Server.Engine;

namespace Server.Tests.Engine;

public sealed class Version7IdsTests
{
    [Fact]
    public void Ids_grow_within_a_millisecond_and_when_the_clock_is_set_back()
    {
        var time = new FakeTimeProvider(Samples.Noon);
        var ids = new Version7Ids(time);
        var given = new List<string>();
        foreach (var n in Enumerable.Range(0, 10_000))
        {
            if (n == 5_000)
            {
                time.AdjustTime(Samples.Noon.AddHours(-1));
            }

            given.Add(ids.Next().ToString("D"));
        }

        given.ShouldBe(given.Order(StringComparer.Ordinal).Distinct());
        var first = Guid.Parse(given[0]);
        (first.Version, first.Variant & 0xC).ShouldBe((7, 0x8));
        Convert.ToInt64(given[0].Replace("-", "", StringComparison.Ordinal)[..12], 16)
            .ShouldBe(Samples.Noon.ToUnixTimeMilliseconds());
    }
}
