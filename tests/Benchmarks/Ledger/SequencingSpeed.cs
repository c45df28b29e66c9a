using System.Diagnostics;
using System.Globalization;
using Domain;
using Domain.Forecasts;
using Domain.Ledger.Notes;
using Domain.People;
using Domain.Questions;
using PostgresServer;
using Signing;
using Store.Appending;
using Store.Ledger;

namespace Benchmarks.Ledger;

/// <summary>
/// How many events a second get their leaves, with everything that is kept of them, beside the COPY by which an import appends the same events to the same
/// database; and how many a second are looked through. <c>sequencing [--events N] [--turns N]</c>.
/// </summary>
public static class SequencingSpeed
{
    private const string Origin = "log.example/forecasts";
    private const int Batch = 5_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var (events, turns) = (Options.Number(args, "--events") ?? 50_000, Options.Number(args, "--turns") ?? 4);
        var name = KeyName.Parse(Origin).Value;
        INoteSigner Signer(SignatureType type) => Signatures.Signer(Signatures.NewKey(name, type)).Value;
        var signers = new LogSigners(Origin, Signer(SignatureType.Ed25519), Signer(SignatureType.MlDsa44Cosignature));
        await using var test = await TestStore.CreateAsync();
        var sequencer = new LedgerSequencer(test.Source, signers, [], TimeProvider.System);

        Console.WriteLine(
            "| turn | appended by COPY, events/s | leaves, events/s | ratio | processor time of this process for a leaf, µs | looked through, events/s |"
        );
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
        for (var turn = 1; turn <= turns; turn++)
        {
            var appended = await TimeAsync(() => AppendAsync(test, turn, events));
            var before = Environment.CpuUsage.TotalTime;
            var sequenced = await TimeAsync(() => ExtendAsync(sequencer));
            var used = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / events;
            var verification = new LedgerVerification(test.Source, Signatures.Algorithms, [signers.Ed25519.Key]);
            LedgerVerdict? verdict = null;
            var verified = await TimeAsync(async () => verdict = await verification.VerifyAsync(CancellationToken.None));
            if (verdict is not { Count: 0 } || verdict.Size != (long)turn * events)
                throw new InvalidOperationException($"The log does not fit: {verdict}");
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {turn} | {events / appended:N0} | {events / sequenced:N0} | {appended / sequenced:F2} | {used:F0} | {verdict.Size / verified:N0} |"
                )
            );
        }

        return 0;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task ExtendAsync(LedgerSequencer sequencer)
    {
        while (await sequencer.ExtendAsync(CancellationToken.None) is { Leaves: > 0 } or { HasMore: true }) { }
    }

    private static async Task AppendAsync(TestStore test, int turn, int events)
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var done = 0; done < events; done += Batch)
        {
            await using var connection = await test.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var append = new BulkAppend(test.Store, transaction, new BulkOrigin("importer", null, null, at));
            for (var i = done; i < Math.Min(events, done + Batch); i++)
            {
                var forecaster = string.Create(CultureInfo.InvariantCulture, $"f-{turn}-{i}");
                var head = new StreamHead(StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName(forecaster)), typeof(Forecast), found: 0);
                var statement = new Statement(Probability: (i % 99 + 1) / 100.0);
                append.Add(
                    head,
                    new ForecastSubmitted(new("q"), new(forecaster), ForecasterKind.Person, at, statement, "Because the wind turned.", [], null, Imported: true)
                );
            }

            await append.WriteAsync(CancellationToken.None);
            await transaction.CommitAsync();
        }
    }
}
