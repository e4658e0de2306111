using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// What a subscriber was told over all crashes: per operation its states in the order in which they first came. A
/// notification may come twice, and then carries the same id.
/// </summary>
internal sealed class NotificationLedger
{
    private readonly Dictionary<string, JsonElement> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _states = new(StringComparer.Ordinal);

    /// <summary>How many came more than once.</summary>
    public int Repeats { get; private set; }

    /// <summary>The states that were told of an operation so far.</summary>
    public IReadOnlyList<string> StatesOf(string operation) => _states.GetValueOrDefault(operation) ?? [];

    /// <summary>Takes a notification of an operation; others are not counted.</summary>
    public void Take(JsonElement notification)
    {
        var operation = notification.Text("vnfLcmOpOccId");
        if (operation.Length == 0)
        {
            return;
        }

        if (!_byId.TryAdd(notification.Text("id"), notification))
        {
            Repeats++;
            _byId[notification.Text("id")].GetRawText().ShouldBe(
                notification.GetRawText(), "a repeat carries the same content");
            return;
        }

        if (!_states.TryGetValue(operation, out var states))
        {
            _states[operation] = states = [];
        }

        states.Add(notification.Text("operationState"));
    }
}
