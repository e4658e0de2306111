using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;

namespace Lifecycle.Tests.Instances;

public sealed class PairsTests
{
    private static VnfInstance Instance { get; } = new()
    {
        Id = new VnfInstanceId(new Guid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
        CreatedAt = DateTimeOffset.UnixEpoch,
        Vnfd = new VnfdReference
        {
            VnfdId = "v",
            PackageId = new Guid(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            Provider = "p",
            ProductName = "n",
            SoftwareVersion = "1",
            VnfdVersion = "1",
            ExtensionKeys = ["EXT", "BOTH"],
            ConfigurableKeys = ["CONF", "BOTH"],
        },
    };

    [Theory]
    [InlineData("EXT", PairPlace.Extensions)]
    [InlineData("CONF", PairPlace.ConfigurableProperties)]
    [InlineData("BOTH", PairPlace.Extensions)]
    [InlineData("ext", PairPlace.Metadata)]
    [InlineData("OTHER", PairPlace.Metadata)]
    public void A_key_lives_where_the_vnfd_declares_it(string key, PairPlace place)
    {
        Pairs.PlaceOf(Instance.Vnfd, key).ShouldBe(place);
        Pairs.Find(Instance, key).ShouldBeNull();

        var with = Instance.WithPair(key, Pairs.Text("one")).WithPair(key, Pairs.Text("two"));

        Pairs.Find(with, key)!.Value.GetString().ShouldBe("two");
        with.Extensions.ContainsKey(key).ShouldBe(place == PairPlace.Extensions);
        with.ConfigurableProperties.ContainsKey(key).ShouldBe(place == PairPlace.ConfigurableProperties);
        with.Metadata.ContainsKey(key).ShouldBe(place == PairPlace.Metadata);
    }

    [Fact]
    public void A_second_key_leaves_the_first()
    {
        var with = Instance.WithPair("A", Pairs.Text("one")).WithPair("B", Pairs.Text("two"));
        Pairs.Find(with, "A")!.Value.GetString().ShouldBe("one");
        Pairs.Find(with, "B")!.Value.GetString().ShouldBe("two");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with \"quotes\" and \\ and \n and é and 🚢")]
    public void A_text_is_itself_as_a_value(string text)
    {
        Pairs.Text(text).ValueKind.ShouldBe(JsonValueKind.String);
        Pairs.Text(text).GetString().ShouldBe(text);
    }
}
