using System.Diagnostics.CodeAnalysis;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>Remembers the highest epoch of targets that left, so that a late set can't bring them back; the oldest are forgotten.</summary>
/// <param name="limit">The number of targets that are remembered.</param>
internal sealed class RememberedEpochs(int limit)
{
    private readonly Dictionary<TargetId, LinkedListNode<TargetEpoch>> _nodes = [];

    // In the order in which they were last touched.
    private readonly LinkedList<TargetEpoch> _order = new();

    /// <summary>The number of targets that are remembered.</summary>
    public int Count => _nodes.Count;

    /// <summary>Everything that is remembered, the oldest first.</summary>
    public IEnumerable<TargetEpoch> All => _order;

    /// <summary>The highest epoch remembered of a target; None when it is not remembered.</summary>
    public AssignmentEpoch Of(TargetId target) =>
        _nodes.TryGetValue(target, out var node) ? node.Value.Epoch : AssignmentEpoch.None;

    /// <summary>Remembers an epoch unless a higher one is remembered already.</summary>
    public void Remember(TargetId target, AssignmentEpoch epoch)
    {
        if (TryForget(target, out var known) && known > epoch)
        {
            epoch = known.Value;
        }

        _nodes[target] = _order.AddLast(new TargetEpoch(target, epoch));
        if (_nodes.Count > limit && _order.First is { } oldest)
        {
            _nodes.Remove(oldest.Value.Target);
            _order.RemoveFirst();
        }
    }

    /// <summary>Forgets a target: it is watched again, and its epoch is kept with it.</summary>
    public void Forget(TargetId target) => TryForget(target, out _);

    private bool TryForget(TargetId target, [NotNullWhen(true)] out AssignmentEpoch? epoch)
    {
        epoch = null;
        if (!_nodes.Remove(target, out var node))
        {
            return false;
        }

        epoch = node.Value.Epoch;
        _order.Remove(node);
        return true;
    }
}
