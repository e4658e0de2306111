namespace Watchkeeper.Lifecycle.Operations;

/// <summary>The state of an LCM operation occurrence (SOL003 5.6.2.2). No others exist.</summary>
public enum LcmOperationState
{
    /// <summary>Accepted; nothing has been touched.</summary>
    Starting,

    /// <summary>At work.</summary>
    Processing,

    /// <summary>Done. An end.</summary>
    Completed,

    /// <summary>Stopped by a failure; waits for retry, rollback or fail.</summary>
    FailedTemp,

    /// <summary>Given up. An end.</summary>
    Failed,

    /// <summary>Undoing its work.</summary>
    RollingBack,

    /// <summary>Undone. An end.</summary>
    RolledBack,
}

/// <summary>What may happen to an occurrence.</summary>
public enum LcmTrigger
{
    /// <summary>Its preparation is done.</summary>
    Admitted,

    /// <summary>Its preparation failed.</summary>
    Refused,

    /// <summary>The last step of its plan is done.</summary>
    Succeeded,

    /// <summary>A step failed at which the plan stops.</summary>
    Interrupted,

    /// <summary>Retry was asked for (SOL003 5.4.14).</summary>
    RetryRequested,

    /// <summary>Rollback was asked for (SOL003 5.4.15).</summary>
    RollbackRequested,

    /// <summary>It is to be given up (SOL003 5.4.16).</summary>
    FailRequested,
}

/// <summary>A kind of lifecycle change. The standard's, and the source document's MONITORING_MIGRATION.</summary>
public enum LcmOperationType
{
    /// <summary>INSTANTIATE.</summary>
    Instantiate,

    /// <summary>TERMINATE.</summary>
    Terminate,

    /// <summary>MONITORING_MIGRATION, of the source document.</summary>
    MonitoringMigration,
}
