using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Simulation.Truth;

/// <summary>Short names for ids, so that a transcript can be read.</summary>
internal sealed class Names
{
    private readonly Dictionary<Guid, string> _names = [];
    private int _operations;

    public void Give(Guid id, string name) => _names[id] = name;

    public string Of(OperationId id)
    {
        if (!_names.TryGetValue(id.Value, out var name))
        {
            _names[id.Value] = name = $"op{++_operations}";
        }

        return name;
    }

    public string Of(VnfInstanceId id) => _names.GetValueOrDefault(id.Value, id.ToString());

    public string Of(VnfcId id) => _names.GetValueOrDefault(id.Value, id.ToString());

    public string Of(TargetId target) => Of(new VnfcId(target.Value));

    public string Of(NotificationEntry entry) => entry.Operation is { } operation
        ? $"{Of(operation.Id)} {Spelling.Of(operation.State)}"
        : entry.Type;

    /// <summary>A text with the ids that it mentions by their names.</summary>
    public string In(string text)
    {
        foreach (var (id, name) in _names)
        {
            text = text.Replace(id.ToString("D"), name, StringComparison.Ordinal);
        }

        return text;
    }
}
