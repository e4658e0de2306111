using System.Text;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;

namespace Server.Tests.Agents.Link;

public sealed class JoinTests : IDisposable
{
    private readonly LinkRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_new_name_with_the_token_gives_its_key_and_only_the_hash_is_stored()
    {
        var agent = _rig.Connect();

        agent.Join(Some.Hello());

        var row = _rig.Registry.Rows["dmona1"];
        row.KeyHash.ShouldBe(JoinToken.Hash(Some.Key));
        row.ToString().ShouldNotContain(Some.Key);
        (row.Site, row.Capacity, row.Software).ShouldBe(("default", 1_000, "1.2.3"));
    }

    [Fact]
    public void An_agent_that_is_killed_before_it_heard_its_welcome_joins_again_with_the_key_it_gave()
    {
        var killed = _rig.Connect();
        killed.Say(Guid.Empty, Some.Hello());
        killed.Break();

        _rig.Connect().Join(Some.Hello(process: 2));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("aabb")]
    [InlineData("zz00112233445566778899aabbccddeeff00112233445566778899aabbccddee")]
    public void A_first_join_without_a_good_key_is_refused(string? key)
    {
        _rig.Connect().Refused(Some.Hello(key: key)).ShouldContain("key");

        _rig.Registry.Rows.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_new_name_without_the_right_token_is_refused(string? token)
    {
        var agent = _rig.Connect();

        agent.Refused(Some.Hello(token: token)).ShouldContain("token");

        agent.IsEnded.ShouldBeTrue();
        _rig.Registry.Rows.ShouldBeEmpty();
        _rig.Directory.Find("dmona1").ShouldBeNull();
    }

    [Fact]
    public void A_known_name_joins_with_its_key_and_without_the_token()
    {
        Joined();

        _rig.Connect().Join(Some.Hello(token: null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0000")]
    public void A_known_name_without_its_key_is_refused_even_with_the_token(string? key)
    {
        Joined();

        _rig.Connect().Refused(Some.Hello(key: key)).ShouldContain("key");
    }

    [Theory]
    [InlineData("local_mona", "inside the manager")]
    [InlineData("", "can't name an agent")]
    [InlineData("a/b", "can't name an agent")]
    [InlineData("\u001b[2Jx\ninfo: all is well", "can't name an agent")]
    public void A_name_that_can_not_be_an_agents_is_refused(string name, string why)
    {
        var refusal = _rig.Connect().Refused(Some.Hello(name));

        refusal.ShouldContain(why);
        refusal.ShouldNotContain('\n', "what is refused is logged");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(AgentLimits.LargestCapacity + 1)]
    public void A_senseless_capacity_is_refused(int capacity) =>
        _rig.Connect().Refused(Some.Hello(capacity: capacity)).ShouldContain("capacity");

    [Fact]
    public void Of_two_first_joins_under_one_name_one_gets_the_key()
    {
        var first = _rig.Connect();
        var second = _rig.Connect();

        first.Join(Some.Hello());
        second.Refused(Some.Hello(process: 2, key: Some.Token)).ShouldContain("key");
    }

    [Fact]
    public void More_names_than_may_be_known_are_refused()
    {
        for (var i = 0; i < AgentLife.MostAgents + 1; i++)
        {
            _rig.Registry.Rows[$"d{i}"] = new($"d{i}", "default", 1, "1", [], false, default, default);
        }

        _ = _rig.Do(() => _rig.Directory.LoadAsync(CancellationToken.None));

        _rig.Connect().Refused(Some.Hello()).ShouldContain("known already");
    }

    [Fact]
    public void A_store_that_takes_no_write_ends_the_link_without_a_refusal()
    {
        _rig.Registry.IsFull = true;
        var agent = _rig.Connect();

        agent.Say(Guid.Empty, Some.Hello());

        agent.IsEnded.ShouldBeTrue();
        agent.HasReceived().ShouldBeFalse();
        _rig.Registry.IsFull = false;
        _rig.Connect().Join(Some.Hello());
    }

    [Fact]
    public void A_link_that_says_nothing_is_closed()
    {
        var agent = _rig.Connect();

        _rig.Pass(LinkLimits.JoinWait);

        agent.IsEnded.ShouldBeTrue();
    }

    [Fact]
    public void A_link_that_begins_with_something_else_is_closed()
    {
        var agent = _rig.Connect();

        agent.Beat();

        agent.IsEnded.ShouldBeTrue();
    }

    [Fact]
    public void A_process_with_the_key_takes_the_name_over_at_once()
    {
        var old = _rig.Online();
        var call = _rig.Do(() => _rig.Directory.Reach("dmona1").SetAsync([Some.Assignment(1)], CancellationToken.None));
        old.Received<ServerMessage.SetRequest>();

        var taker = _rig.Connect();
        taker.Join(Some.Hello(process: 2));

        old.Received<ServerMessage.Refused>().Reason.ShouldContain("another process");
        old.IsEnded.ShouldBeTrue();
        call.Exception!.InnerException.ShouldBeOfType<AgentLostException>();
        taker.Ask();
        _rig.State().ShouldBe(AgentState.Online);
        _rig.Events.LostAgents.ShouldBeEmpty();
    }

    [Fact]
    public void The_same_process_that_comes_back_is_not_told_of_another()
    {
        var old = _rig.Online();

        _rig.Connect().Join(Some.Hello());

        old.HasReceived().ShouldBeFalse();
        old.IsEnded.ShouldBeTrue();
    }

    [Fact]
    public void The_token_is_made_once_and_only_its_owner_can_read_it()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("watchkeeper-").FullName;
        try
        {
            JoinToken.ReadOrMake(folder, () => Enumerable.Repeat((byte)0xab, JoinToken.SecretBytes).ToArray());
            var again = JoinToken.ReadOrMake(folder, () => throw new InvalidOperationException("Made twice."));

            var path = Path.Combine(folder, JoinToken.FileName);
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            again.Is(File.ReadAllText(path).Trim()).ShouldBeTrue();
            again.Is(null).ShouldBeFalse();

            File.WriteAllBytes(path, Encoding.ASCII.GetBytes("torn"));
            Should.Throw<InvalidDataException>(() => JoinToken.ReadOrMake(folder, () => []));
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    private void Joined()
    {
        var agent = _rig.Connect();
        agent.Join(Some.Hello());
        agent.Break();
    }
}
