using System.CommandLine;
using Cli.Ledger;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Signing;

namespace Cli.Witnessing;

/// <summary><c>witness</c>: remembers the checkpoints of other logs, and cosigns those that continue them.</summary>
internal static class WitnessCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5090";

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Where the witness keeps its keys and what it has cosigned. Guard it: it is its memory." };
        var name = new Option<string?>("--name") { Description = "The name of the witness's keys, which are made at the first start.", HelpName = "name" };
        var log = new Option<string[]>("--log")
        {
            Description = "A verifier key of a log that is witnessed, as its /audit/ledger/keys lists them. May be given again.",
            HelpName = "key",
        };
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen, addresses with semicolons between.",
            HelpName = "urls",
            DefaultValueFactory = _ => DefaultUrl,
        };
        var command = new Command(
            "witness",
            """
            Runs a witness (docs/ledger.md): it cosigns checkpoints of other people's logs, each only if it continues the one before, and serves the last of
            each. Run it where the operator of the log has no hand in it, and one alone on a folder. --policy names the logs by a tlog-policy file.
            """
        )
        {
            folder,
            name,
            log,
            TrustedKeys.PolicyOption,
            urls,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var logs = await LogsAsync(line, log, token);
                var place = Path.GetFullPath(line.GetRequiredValue(folder));
                var signers = await WitnessKeys.OfAsync(place, NameOf(line.GetValue(name)), token);
                using var witness = WitnessFolder.Open(place, signers, logs, Signatures.Algorithms, TimeProvider.System);
                await using var app = WitnessServer.Build(witness, line.GetRequiredValue(urls));
                await app.StartAsync(token);
                terminal.Answer(
                    new
                    {
                        urls = app.Urls,
                        keys = signers.Select(s => s.Key.ToString()),
                        logs = logs.Select(l => l.Name.Value).Distinct(StringComparer.Ordinal),
                    },
                    () =>
                        $"{string.Join(Environment.NewLine, signers.Select(s => s.Key))}{Environment.NewLine}"
                        + $"The witness listens at {string.Join(", ", app.Urls)}."
                );
                await app.WaitForShutdownAsync(token);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static KeyName? NameOf(string? text) =>
        text is null ? null
        : KeyName.Parse(text).Is(out var name, out var malformed) ? name
        : throw new CommandException($"'{text}' is no name. {malformed.Reason}.", ExitCode.Usage);

    private static async Task<IReadOnlyCollection<VerifierKey>> LogsAsync(ParseResult line, Option<string[]> log, CancellationToken token)
    {
        var keys = (line.GetValue(log) ?? []).Select(TrustedKeys.KeyOf).ToList();
        if (line.GetValue(TrustedKeys.PolicyOption) is { } file)
        {
            var read = PolicyFile.Parse(await Files.ReadAsync(file, token));
            keys.AddRange(
                read.Is(out var policy, out var malformed) ? policy.Logs.Select(l => l.Key) : throw new CommandException($"{file}: {malformed.Reason}.")
            );
        }

        return keys.Count > 0 ? keys.Distinct().ToList() : throw new CommandException("Name a log by --log, or by --policy.", ExitCode.Usage);
    }
}
