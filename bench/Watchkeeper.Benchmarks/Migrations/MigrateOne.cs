using Watchkeeper.Benchmarks.Fleet;

namespace Watchkeeper.Benchmarks.Migrations;

/// <summary>
/// Single moves, one after the other: the gap on the wire and the time to COMPLETED, beside targets that never move.
/// </summary>
internal sealed class MigrateOne : IBenchmark
{
    private const int Movers = 20;
    private const int Moves = 200;
    private const double PollMs = SimulatedVnfs.PollSeconds * 1000.0;

    // A VM is moved again only after two poll periods, so that every move has a probe before and after it.
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(2.2 * PollMs / Movers);
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(2 * PollMs);

    /// <inheritdoc />
    public string Purpose => "the gap on the wire and the time of single moves, beside targets that never move";

    /// <inheritdoc />
    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        if (!Witness.IsAllowed)
        {
            return Report.NotRun("migrate-one", "it sees probes by a raw socket, which needs root");
        }

        await using var fleet = await ProcessFleet.StartAsync(agents: 2, [], cancellationToken);
        using var client = new Client(fleet.Server);
        using var witness = new Witness();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = witness.RunAsync(stop.Token);
        var vnfd = await SimulatedVnfs.UploadAsync(fleet, cancellationToken);
        var controls = await SimulatedVnfs.MakeAsync(client, vnfd, NoiseFloor.Controls, "dmona1", cancellationToken);
        var movers = await SimulatedVnfs.MakeAsync(client, vnfd, Movers, "dmona1", cancellationToken);
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);

        var began = witness.Now;
        var moves = new List<Move>();
        for (var move = 0; move < Moves; move++)
        {
            var from = 1 + (move / Movers % 2);
            moves.Add(await MoveAsync(client, witness, movers[move % Movers], from, cancellationToken));
            await Task.Delay(Spacing, TimeProvider.System, cancellationToken);
        }

        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        await stop.CancelAsync();
        await watching;
        return Told(witness, controls, began, moves);
    }

    private static async Task<Move> MoveAsync(
        Client client, Witness witness, SimulatedVnf vnf, int from, CancellationToken cancellationToken)
    {
        var asked = witness.Now;
        var occurrence = await client.PostAsync(
            SimulatedVnfs.MigratePath(vnf.Id), SimulatedVnfs.To($"dmona{3 - from}"), cancellationToken);
        var ended = await client.EndedAsync(occurrence, TimeSpan.FromMilliseconds(1), cancellationToken);
        if (ended["operationState"]!.GetValue<string>() != "COMPLETED")
        {
            throw new InvalidOperationException($"A move did not complete: {ended.ToJsonString()}");
        }

        var completed = witness.Now;
        return new Move(vnf, from, completed, (completed - asked).TotalMilliseconds);
    }

    private static Report Told(
        Witness witness, ImmutableArray<SimulatedVnf> controls, TimeSpan began, List<Move> moves)
    {
        var seen = moves.Select((move, index) => HandOver.Read(
            witness.Of(move.Vnf.Address),
            move with
            {
                // The next move of the same VNF ends what belongs to this one.
                Until = moves.Skip(index + 1).Where(later => later.Vnf == move.Vnf)
                    .Select(later => later.Completed - TimeSpan.FromMilliseconds(later.Ms))
                    .FirstOrDefault(TimeSpan.MaxValue),
            },
            PollMs)).ToList();
        var excess = seen.Where(move => move is not null).Select(move => move!.Value.ExcessMs(PollMs)).ToArray();
        var floor = NoiseFloor.ExcessMs(witness, controls, began, PollMs);
        var times = moves.ConvertAll(move => move.Ms);
        return new Report("migrate-one",
        [
            Figure.Of("moves", moves.Count, "", null, null),
            Figure.Of("moves whose hand-over was not seen", seen.Count(move => move is null), "", null, 0),
            Figure.Of("excess gap p50", excess.At(0.5), "ms", floor.At(0.5), null),
            Figure.Of("excess gap p99", excess.At(0.99), "ms", floor.At(0.99), 20),
            Figure.Of("excess gap max", excess.At(1), "ms", floor.At(1), null),
            Figure.Of("missed polls", seen.Sum(move => move?.MissedPolls ?? 0), "", null, 0),
            Figure.Of("probes of the old agent after COMPLETED", seen.Sum(move => move?.ProbedByBoth ?? 0), "",
                null, 0),
            Figure.Of("request to COMPLETED p50", times.At(0.5), "ms", null, 10),
            Figure.Of("request to COMPLETED p99", times.At(0.99), "ms", null, 50),
        ]);
    }
}
