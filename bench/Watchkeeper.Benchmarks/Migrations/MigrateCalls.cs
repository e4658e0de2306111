using System.Text.Json.Nodes;
using Watchkeeper.Benchmarks.Fleet;

namespace Watchkeeper.Benchmarks.Migrations;

/// <summary>Many VNFs moved in quick succession, each by a call of its own; then the end of all of them.</summary>
internal sealed class MigrateCalls : IBenchmark
{
    private const int Vnfs = 1_500;
    private const double PollMs = SimulatedVnfs.PollSeconds * 1000.0;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(2 * PollMs);

    /// <inheritdoc />
    public string Purpose => "1,500 VNFs moved by a call each, and the life of all of them";

    /// <inheritdoc />
    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        if (!Witness.IsAllowed)
        {
            return Report.NotRun("migrate-calls", "it sees probes by a raw socket, which needs root");
        }

        await using var fleet = await ProcessFleet.StartAsync(agents: 2, [], cancellationToken);
        using var client = new Client(fleet.Server);
        using var witness = new Witness();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = witness.RunAsync(stop.Token);
        var vnfd = await SimulatedVnfs.UploadAsync(fleet, cancellationToken);
        var controls = await SimulatedVnfs.MakeAsync(client, vnfd, NoiseFloor.Controls, "dmona1", cancellationToken);
        var vnfs = await SimulatedVnfs.MakeAsync(client, vnfd, Vnfs, "dmona1", cancellationToken);
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);

        var (asked, cpuBefore) = (witness.Now, fleet.CpuTime());
        var ended = await MoveAllAsync(client, witness, vnfs, cancellationToken);
        var (seconds, cpu) = ((witness.Now - asked).TotalSeconds, fleet.CpuTime() - cpuBefore);
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        var resident = fleet.ServerResidentMiB();
        var left = await EndAllAsync(client, [.. vnfs, .. controls], cancellationToken);
        await stop.CancelAsync();
        await watching;

        var moves = ended.Select(move => HandOver.Read(witness.Of(move.Move.Vnf.Address), move.Move, PollMs)).ToList();
        var excess = moves.Where(move => move is not null).Select(move => move!.Value.ExcessMs(PollMs)).ToArray();
        var floor = NoiseFloor.ExcessMs(witness, controls, asked, PollMs);
        return new Report("migrate-calls",
        [
            Figure.Of("VNFs moved by a call each", Vnfs, "", null, null),
            Figure.Of("not COMPLETED", ended.Count(move => move.State != "COMPLETED"), "", null, 0),
            Figure.Of("all COMPLETED after", seconds, "s", null, null),
            Figure.AtLeast("calls completed per second", Vnfs / seconds, "/s", 300),
            Figure.Of("CPU per move, all processes, probing included", cpu.TotalMilliseconds / Vnfs, "ms", null, null),
            Figure.Of("excess gap p50", excess.At(0.5), "ms", floor.At(0.5), null),
            Figure.Of("excess gap p99", excess.At(0.99), "ms", floor.At(0.99), null),
            Figure.Of("moves whose hand-over was not seen", moves.Count(move => move is null), "", null, 0),
            Figure.Of("missed polls", moves.Sum(move => move?.MissedPolls ?? 0), "", null, 0),
            Figure.Of("probes of the old agent after COMPLETED", moves.Sum(move => move?.ProbedByBoth ?? 0), "",
                null, 0),
            Figure.Of("server RSS with all of them", resident, "MiB", null, null),
            Figure.Of("VNFs left behind after termination and deletion", left, "", null, 0),
        ]);
    }

    private static async Task<(Move Move, string State)[]> MoveAllAsync(
        Client client, Witness witness, ImmutableArray<SimulatedVnf> vnfs, CancellationToken cancellationToken)
    {
        var asked = witness.Now;
        var occurrences = await SimulatedVnfs.EachAsync(vnfs, async vnf => (Vnf: vnf, Path: await client.PostAsync(
            SimulatedVnfs.MigratePath(vnf.Id), SimulatedVnfs.To("dmona2"), cancellationToken)));
        return await SimulatedVnfs.EachAsync(occurrences, async occurrence =>
        {
            var ended = await client.EndedAsync(occurrence.Path, TimeSpan.FromMilliseconds(20), cancellationToken);
            var completed = witness.Now;
            return (
                new Move(occurrence.Vnf, From: 1, completed, (completed - asked).TotalMilliseconds),
                ended["operationState"]!.GetValue<string>());
        });
    }

    private static async Task<int> EndAllAsync(
        Client client, ImmutableArray<SimulatedVnf> vnfs, CancellationToken cancellationToken)
    {
        await SimulatedVnfs.EachAsync(vnfs, async vnf =>
        {
            var path = $"/vnflcm/v2/vnf_instances/{vnf.Id}";
            var occurrence = await client.PostAsync(
                $"{path}/terminate", new JsonObject { ["terminationType"] = "FORCEFUL" }, cancellationToken);
            await client.EndedAsync(occurrence, TimeSpan.FromMilliseconds(100), cancellationToken);
            await client.DeleteAsync(path, cancellationToken);
            return true;
        });
        return await client.CountAsync("/vnflcm/v2/vnf_instances", cancellationToken);
    }
}
