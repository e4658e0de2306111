using Microsoft.Data.Sqlite;

namespace Watchkeeper.Server.Storage;

/// <summary>
/// Stands around every commit of the writer, so that a test or a drill can hold it or end the process there.
/// </summary>
/// <remarks>An exception that it throws ends the writer as if the process had been killed at this point.</remarks>
internal interface ICommitGate
{
    /// <summary>The writer has opened its connection.</summary>
    void Opened(SqliteConnection connection);

    /// <summary>A group is about to become durable.</summary>
    Task BeforeCommitAsync(int units);

    /// <summary>A group is durable, and nobody has been told.</summary>
    Task AfterCommitAsync(int units);
}
