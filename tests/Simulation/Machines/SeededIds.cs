using Watchkeeper.Server.Engine;

namespace Simulation.Machines;

/// <summary>Ids that grow and can be repeated: a count over all lives of the manager, marked as version 7.</summary>
internal sealed class SeededIds : IIdSource
{
    private int _last;

    public Guid Next() => Number(1, ++_last);

    /// <summary>The id of a kind of thing with a number.</summary>
    public static Guid Number(byte kind, int number) => new(kind, 0, 0x7000, 0x80, 0, 0, 0,
        (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number);
}
