using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;

namespace Simulation.Machines;

/// <summary>A VM: answers probes, or not.</summary>
internal sealed class SimulatedVm(string name, VnfcId id, string address)
{
    public string Name => name;

    public VnfcId Id => id;

    public TargetId Target => new(id.Value);

    public string Address => address;

    public bool IsUp { get; private set; } = true;

    /// <summary>When it last fell or came back.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>When it was last down; null when it never was.</summary>
    public TimeSpan? LastDown { get; private set; }

    /// <summary>When it fell, each time, and when it came back; null while it has not.</summary>
    public List<(TimeSpan Fell, TimeSpan? Returned)> Falls { get; } = [];

    public void Turn(bool isUp, TimeSpan now)
    {
        if (isUp != IsUp)
        {
            if (isUp)
            {
                Falls[^1] = (Falls[^1].Fell, now);
            }
            else
            {
                Falls.Add((now, null));
            }

            LastDown = now;
            IsUp = isUp;
            Since = now;
        }
    }
}
