using System.CommandLine;
using System.Globalization;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Tiles;
using Signing;
using Store.Ledger;

namespace Cli.Ledger;

/// <summary><c>ledger adopt</c>: brings a database that was restored up to a copy of its log.</summary>
internal static class AdoptCommand
{
    public static Command Create()
    {
        var from = new Option<string?>("--from")
        {
            Description = "The copy: a folder, or the address of a service. Else the copy in the data folder.",
            HelpName = "log",
        };
        var command = new Command(
            "adopt",
            """
            Brings the ledger of a database that was restored from a backup up to a copy that went on, so that the log is not forked. The leaves of events that
            were lost are taken over, and stay named as removed. It works on the database itself. The copy's checkpoint has to be signed by a key that the
            database knows, or that --key names.
            """
        )
        {
            from,
            TrustedKeys.KeyOption,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindDatabaseAsync(line);
                using var source = LogSource.Of(line.GetValue(from) ?? OwnLedger.CopyIn(Destination.FolderOf(line)));
                var note = await source.CheckpointAsync(token);
                if (!SignedCheckpoint.Parse(note).Is(out var checkpoint, out var malformed))
                    throw new CommandException($"The copy has no checkpoint. {malformed.Reason}.");
                var known = (await new LedgerReader(destination.Database).KeysAsync(token))
                    .Select(k => k.Key)
                    .Concat(line.GetValue(TrustedKeys.KeyOption) ?? []);
                var verifiers = known.Select(k => NoteKeys.Verifier(TrustedKeys.KeyOf(k), Signatures.Algorithms));
                if (!checkpoint.Note.Verify(verifiers).Is(out _, out malformed))
                    throw new CommandException($"The copy's checkpoint is not signed by a key that is known. {malformed.Reason}.");
                var adopted =
                    await AdoptAsync(new LedgerAdoption(destination.Database), checkpoint, source, token)
                    ?? throw new CommandException("A worker is extending the ledger at the moment; give the command again.");
                terminal.Answer(adopted, () => Words(adopted));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task<Adopted?> AdoptAsync(LedgerAdoption adoption, SignedCheckpoint checkpoint, LogSource source, CancellationToken token)
    {
        async Task<EntryBundle> Read(EntryBundlePath path) =>
            EntryBundle.Parse(await source.ReadAsync(path.ToString(), token), path.Width).Is(out var bundle, out var malformed)
                ? bundle
                : throw new CommandException($"{path} is no bundle. {malformed.Reason}.");
        try
        {
            return await adoption.AdoptAsync(checkpoint, Read, token);
        }
        catch (DamagedLogException e)
        {
            throw new CommandException(e.Message);
        }
    }

    private static string Words(Adopted adopted) =>
        adopted.From == adopted.To
            ? string.Create(CultureInfo.InvariantCulture, $"Nothing to adopt: the database has all {adopted.To:N0} leaves.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Adopted {adopted.To - adopted.From:N0} leaves; the log has {adopted.To:N0}. {adopted.Lost:N0} of them are of events that were lost."
            );
}
