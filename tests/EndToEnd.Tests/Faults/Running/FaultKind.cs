namespace EndToEnd.Tests.Faults.Running;

/// <summary>A way in which something breaks.</summary>
internal enum FaultKind
{
    /// <summary>An API is killed by SIGKILL, and started again at once.</summary>
    ApiKilled,

    /// <summary>A worker is killed by SIGKILL, and started again at once.</summary>
    WorkerKilled,

    /// <summary>All processes of the database are killed by SIGKILL, and the server is started again at once.</summary>
    DatabaseKilled,

    /// <summary>One process of the database that serves a client is killed by SIGKILL; the server throws all others out and recovers.</summary>
    BackendKilled,

    /// <summary>An API is stopped by SIGSTOP for a while.</summary>
    ApiFrozen,

    /// <summary>A worker is stopped by SIGSTOP for a while, longer than its leases last.</summary>
    WorkerFrozen,

    /// <summary>All processes of the database are stopped by SIGSTOP for a while.</summary>
    DatabaseFrozen,

    /// <summary>The database is stopped without a checkpoint, and started again after a while.</summary>
    DatabaseStoppedImmediately,

    /// <summary>The database is stopped as an operator does it, and started again after a while.</summary>
    DatabaseRestarted,

    /// <summary>The clients' connections to an API are cut.</summary>
    ClientsCut,

    /// <summary>What clients send to an API and are answered comes late.</summary>
    ClientsDelayed,

    /// <summary>What clients send to an API, or are answered, is lost for a while and nobody is told.</summary>
    ClientsHalfOpen,

    /// <summary>A process's connections to the database are cut.</summary>
    DatabaseCut,

    /// <summary>What a process sends to the database and is answered comes late.</summary>
    DatabaseDelayed,

    /// <summary>Nothing goes through between a process and the database for a while; then all of it does.</summary>
    DatabaseHeld,

    /// <summary>What a process sends to the database, or is answered, is lost for a while and nobody is told.</summary>
    DatabaseHalfOpen,

    /// <summary>The disk of the database has no space left for a while.</summary>
    DiskFull,

    /// <summary>The database's machine loses its power: what its disk was not told to keep is lost.</summary>
    PowerLost,

    /// <summary>Reading from the database's disk, and writing to it, fails for a while, and then its machine is started anew.</summary>
    DiskFailing,

    /// <summary>The clock of a process jumps, ahead or back.</summary>
    ClockStepped,
}

internal static class FaultKinds
{
    extension(FaultKind kind)
    {
        /// <summary>Whether a process is ended by SIGKILL.</summary>
        public bool IsKill =>
            kind is FaultKind.ApiKilled or FaultKind.WorkerKilled or FaultKind.DatabaseKilled or FaultKind.BackendKilled or FaultKind.PowerLost;
    }
}
