using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Who has something to write whenever a VM's mark stays as it is told, its agent finds it up or down, or it
/// is removed: an alarm raised or cleared.</summary>
internal interface IMarkFollower
{
    /// <summary>What is written in the commit that stores the mark.</summary>
    ImmutableArray<Write> WritesWith(Vnfc marked);

    /// <summary>What is written in the commit that stores that a VM's own state was judged anew.</summary>
    ImmutableArray<Write> WritesWithState(Vnfc judged) => [];

    /// <summary>What is written in the commit that deletes a VM.</summary>
    ImmutableArray<Write> WritesWithRemoval(Vnfc removed) => [];
}

/// <summary>The one place where the mark of a VM's monitor, its judged state and its end become writes.</summary>
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

    /// <summary>A VM whose own state is another than it was: its judge has found it up, or down.</summary>
    public ImmutableArray<Write> Judged(Vnfc vnfc) =>
        [VnfcTable.Update(vnfc), .. _followers.SelectMany(follower => follower.WritesWithState(vnfc))];

    /// <summary>A VM that is no more.</summary>
    public ImmutableArray<Write> Removed(Vnfc vnfc) =>
        [VnfcTable.Delete(vnfc), .. _followers.SelectMany(follower => follower.WritesWithRemoval(vnfc))];
}
