using System.CommandLine;
using Domain.Ledger.Notes;

namespace Cli.Ledger;

/// <summary><c>ledger rotate</c>: makes new keys.</summary>
internal static class RotateCommand
{
    public static Command Create()
    {
        var print = new Option<string?>("--print")
        {
            Description = "Makes keys for the log of this origin and prints them, as settings; nothing is written anywhere.",
            HelpName = "origin",
        };
        var command = new Command(
            "rotate",
            """
            Makes new keys for a ledger. Those of a data folder take the place of the ones there, and the service signs by them after its next start; what the
            old ones signed stays valid, and /audit/ledger/keys lists both. For a ledger whose keys are settings, --print prints new ones.
            """
        )
        {
            print,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                if (line.GetValue(print) is { } origin)
                {
                    if (!KeyName.Parse(origin).Is(out var name, out var malformed))
                        throw new CommandException($"'{origin}' is no origin. {malformed.Reason}.", ExitCode.Usage);
                    Tell(terminal, LogSecrets.New(name), isPrinted: true);
                    return ExitCode.Done;
                }

                var folder = Destination.FolderOf(line);
                var made =
                    await OwnLedger.RotateAsync(folder, token)
                    ?? throw new CommandException($"There is no ledger in {folder}. Name the folder by --data, or print keys by --print.");
                Tell(terminal, made, isPrinted: false);
                terminal.Say("Start the service again: it signs by these keys from then on.");
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>Secrets are shown where they are asked for alone; else the keys by which signatures are verified.</summary>
    private static void Tell(Terminal terminal, LogSecrets made, bool isPrinted)
    {
        string Shown(SignerKey key) => isPrinted ? key.Format() : Signing.Signatures.Signer(key).Value.Key.ToString();
        terminal.Answer(
            new
            {
                origin = made.Origin.Value,
                ed25519Key = Shown(made.Ed25519),
                mlDsa44Key = Shown(made.MlDsa44),
            },
            () =>
                $"Ledger:Origin      {made.Origin}{Environment.NewLine}Ledger:Ed25519Key  {Shown(made.Ed25519)}{Environment.NewLine}"
                + $"Ledger:MlDsa44Key  {Shown(made.MlDsa44)}"
        );
    }
}
