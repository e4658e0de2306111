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
    [InlineData("EXT")]
    [InlineData("CONF")]
    [InlineData("OTHER")]
    public void A_pair_that_is_taken_away_leaves_the_others(string key)
    {
        var with = Instance.WithPair(key, Pairs.Text("one"))
            .WithPair("EXT2", Pairs.Text("kept")).WithPair("BOTH", Pairs.Text("kept"));

        var without = with.WithoutPair(key);

        Pairs.Find(without, key).ShouldBeNull();
        Pairs.Find(without, "EXT2")!.Value.GetString().ShouldBe("kept");
        Pairs.Find(without, "BOTH")!.Value.GetString().ShouldBe("kept");
        without.WithoutPair(key).ShouldBe(without);
        Pairs.Find(without.WithFormerPair(key, Pairs.Text("former")), key)!.Value.GetString().ShouldBe("former");
        Pairs.Find(with.WithFormerPair(key, former: null), key).ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_said_of_an_instance_that_is_none()
    {
        Refused(() => Pairs.PlaceOf(null!, "A")).ShouldBe("vnfd");
        Refused(() => Pairs.Find(null!, "A")).ShouldBe("instance");
        Refused(() => Pairs.WithPair(null!, "A", Pairs.Text(""))).ShouldBe("instance");
        Refused(() => Pairs.WithoutPair(null!, "A")).ShouldBe("instance");

        static string? Refused(Action act) => Should.Throw<ArgumentNullException>(act).ParamName;
    }

    [Fact]
    public void A_VNFC_has_no_address_and_no_handle_until_the_VIM_gives_them()
    {
        var fresh = new Vnfc { Id = default, VnfInstanceId = default, VduId = "v" };
        (fresh.Address, fresh.VimResourceId).ShouldBe(("", ""));
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
