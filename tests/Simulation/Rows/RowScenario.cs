using Simulation.Truth;
using Watchkeeper.Lifecycle.Operations;

namespace Simulation.Rows;

/// <summary>Plays one row from boot to rest.</summary>
internal sealed class RowScenario
{
    private readonly World _world;
    private readonly Row _row;
    private bool _hasCancelled;
    private bool _hasRolledBack;

    private RowScenario(World world, Row row)
    {
        _world = world;
        _row = row;
    }

    /// <summary>Plays it, and returns its story from the request on.</summary>
    public static string Play(Row row, bool flag)
    {
        using var world = new World(new WorldSettings
        {
            Seed = 1,
            Detail = TranscriptDetail.Story,
            IsOrderly = true,
            Agents = 2,
            Vnfs = [3],
            IsDisabled = vm => row.IsDisabled && vm == "vm1b",
            ServerArguments =
            [
                $"--monitorMigration:terminalStateOnError={(flag ? "true" : "false")}", .. row.ServerArguments,
            ],
        });
        var scenario = new RowScenario(world, row);
        world.Begin();
        world.RunTo(TimeSpan.FromSeconds(3));
        var boot = world.Log.Text.Length;
        scenario.Rehearse();
        world.Watching = scenario.Look;
        world.Client.Migrate(world.Vnfs[0], row.To);
        world.RunTo(TimeSpan.FromSeconds(18));
        world.Violations.ShouldBeEmpty();
        return $"{row.Name}, terminalStateOnError={(flag ? "true" : "false")}\n\n" + world.Log.Text[boot..] + "\n"
            + scenario.Summary();
    }

    private void Rehearse()
    {
        foreach (var (agent, drills) in new[] { (_world.Agents[0], _row.OldDrills),
            (_world.Agents[1], _row.NewDrills) })
        {
            foreach (var drill in drills)
            {
                agent.Drills.SwitchOn(drill);
            }
        }
    }

    private void Look(Commit commit)
    {
        foreach (var operation in commit.Occurrences.Select(change => change.After))
        {
            if (!_hasCancelled && IsTheStep(operation))
            {
                _hasCancelled = true;
                _world.Client.Cancel(operation.Id);
            }

            if (_row.RollsBack && !_hasRolledBack && operation.State == LcmOperationState.FailedTemp
                && !operation.LeavesFailedTempUnattended)
            {
                _hasRolledBack = true;
                _world.After(TimeSpan.FromSeconds(1), () => _world.Client.RollBack(operation.Id));
            }
        }
    }

    // The decider's word: this step is what the manager does next.
    private bool IsTheStep(VnfLcmOpOcc operation) => _row.CancelIn is { } step
        && LcmDecider.Next(operation, Watchkeeper.Server.Operations.MonitoringMigration.MigrationPlan.Plan)
            is Decision.Perform(var next) && next == step;

    private string Summary()
    {
        var operation = _world.Truth.Occurrences.Values.Single();
        var lines = new List<string>
        {
            $"operation {operation.State}" + (operation.Fault is { } fault ? $": {fault.Status} {fault.Detail}" : ""),
        };
        lines.AddRange(operation.Warnings.Select(warning => $"warning   {warning}"));
        lines.Add($"deployed  {_world.Truth.Instances.Values.Single().Deployment!.Agent.Name}");
        lines.AddRange(_world.Truth.Vnfcs.Values.Select(vm =>
            $"{_world.Names.Of(vm.Vnfc.Id)}      {vm.Vnfc.State}, {vm.Vnfc.Monitor} with {vm.Vnfc.Agent} "
            + $"under epoch {vm.Vnfc.Epoch}"));
        return _world.Names.In(string.Join("\n", lines)) + "\n";
    }
}
