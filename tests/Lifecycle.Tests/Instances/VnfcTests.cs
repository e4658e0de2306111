using Watchkeeper.Lifecycle.Instances;

namespace Lifecycle.Tests.Instances;

public sealed class VnfcTests
{
    private static readonly Guid Mover = new(7, 0, 0, new byte[8]);

    private static Vnfc Watched => new()
    {
        Id = new VnfcId(new Guid(1, 0, 0, new byte[8])),
        VnfInstanceId = new VnfInstanceId(new Guid(2, 0, 0, new byte[8])),
        VduId = "vdu",
        Agent = "dmona1",
        Epoch = 4,
        Monitor = MonitorState.Set,
    };

    [Fact]
    public void Assigned_to_another_agent_it_is_under_the_next_epoch_and_knows_who_held_it()
    {
        var assigned = (Watched with { GuardFor = "home" }).Assigned("dmona2", Mover);

        assigned.ShouldBe(Watched with
        {
            Agent = "dmona2", Epoch = 5, MovedBy = Mover, Monitor = MonitorState.Unwatched, HeldBy = "dmona1",
            HeldEpoch = 4,
        });
    }

    [Fact]
    public void The_last_holder_is_known_until_another_has_confirmed()
    {
        var lost = Watched.Marked(MonitorState.Unwatched);
        (lost.HeldBy, lost.HeldEpoch).ShouldBe(("dmona1", 4));
        var refused = lost.Marked(MonitorState.SetFailed);
        (refused.HeldBy, refused.HeldEpoch, refused.Monitor).ShouldBe(("dmona1", 4, MonitorState.SetFailed));
        lost.Assigned("dmona2", null).Assigned("dmona3", null).HeldBy.ShouldBe("dmona1");

        var confirmed = refused.Marked(MonitorState.Set);

        (confirmed.HeldBy, confirmed.HeldEpoch, confirmed.Monitor).ShouldBe((null, 0, MonitorState.Set));
        confirmed.Marked(MonitorState.Set).ShouldBeSameAs(confirmed);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public void An_instance_has_resources_as_soon_as_it_is_deployed(bool isInstantiated, bool isDeployed, bool expected)
    {
        var instance = new VnfInstance
        {
            Id = new VnfInstanceId(new Guid(2, 0, 0, new byte[8])),
            CreatedAt = DateTimeOffset.UnixEpoch,
            Vnfd = new VnfdReference
            {
                VnfdId = "v", PackageId = Guid.Empty, Provider = "p", ProductName = "n", SoftwareVersion = "1",
                VnfdVersion = "1",
            },
            IsInstantiated = isInstantiated,
            Deployment = isDeployed
                ? new Deployment { FlavourId = "f", VimKind = "HOST", Agent = AgentAddress.Of("dmona1") }
                : null,
        };

        instance.HasResources.ShouldBe(expected);
    }
}
