using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Who has something to write whenever a VM's mark stays as it is told: an alarm raised or cleared.</summary>
internal interface IMarkFollower
{
    /// <summary>What is written in the commit that stores the mark.</summary>
    ImmutableArray<Write> WritesWith(Vnfc marked);
}

/// <summary>The one place where the mark of a VM's monitor becomes writes.</summary>
internal sealed class MonitorWrites(IEnumerable<IMarkFollower> followers)
{
    private readonly ImmutableArray<IMarkFollower> _followers = [.. followers];

    /// <summary>
    /// A VM on its way from one agent to the next: whoever moves it settles its mark soon, also after a crash, so that
    /// nobody is alarmed.
    /// </summary>
    public static ImmutableArray<Write> InHand(Vnfc vnfc) => [VnfcTable.Update(vnfc)];

    /// <summary>A VM whose mark stays so until something new happens: with its monitor, or left without one.</summary>
    public ImmutableArray<Write> Settled(Vnfc vnfc) =>
        [VnfcTable.Update(vnfc), .. _followers.SelectMany(follower => follower.WritesWith(vnfc))];
}
