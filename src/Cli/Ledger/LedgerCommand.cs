using System.CommandLine;

namespace Cli.Ledger;

/// <summary><c>ledger</c>: checks from outside what a ledger proves, and mends it after a restore.</summary>
public static class LedgerCommand
{
    /// <summary>The command with all of its own.</summary>
    public static Command Create() =>
        new("ledger", "Checks from outside what a ledger proves, and keeps its keys and its copies in order (docs/ledger.md).")
        {
            VerifyCommand.Create(),
            AuditCommand.Create(),
            RecomputeCommand.Create(),
            AdoptCommand.Create(),
            RotateCommand.Create(),
        };
}
