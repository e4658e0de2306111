using Simulation.Truth;

namespace Simulation.Invariants;

/// <summary>Something that holds whatever happens. It says what is wrong to <see cref="World.Violate"/>.</summary>
internal interface IInvariant
{
    /// <summary>Its name in reports.</summary>
    string Name { get; }

    /// <summary>Looks at what a commit has changed, before anybody is told of it.</summary>
    void Committed(World world, Commit commit)
    {
    }

    /// <summary>Looks at the world every now and then: every 100 ms.</summary>
    void Looked(World world)
    {
    }

    /// <summary>Looks at the world at its end: faults stopped, clients quiet, everything at rest.</summary>
    void Ended(World world)
    {
    }
}
