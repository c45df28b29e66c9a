using System.Threading.Channels;
using Domain.Questions;
using Marten;
using Npgsql;
using Store.Appending;
using Store.Events;
using Store.Importing;
using Store.Operations;
using Wolverine;
using Worker.ClosingQuestions;
using Worker.FollowingConditions;

namespace Worker.Importing;

/// <summary>
/// Records an import batch by batch. While one batch is written, the next is read and checked. A batch is one transaction, which also records the position in
/// the file. If the process ends, the import continues where the last transaction ended.
/// </summary>
public sealed class ImportRunner(NpgsqlDataSource database, IDocumentStore store, IMessageBus bus, TimeProvider clock, ILogger<ImportRunner> logger)
{
    /// <summary>Rows in a batch. Rows that belong together stay together, so some batches have a few more.</summary>
    private const int BatchRows = 10_000;

    /// <summary>A question is several events and a document, so fewer questions make a transaction of the same length.</summary>
    private const int BatchQuestions = 2_000;

    /// <summary>Characters in a batch. Rows can be long, and the usual number of the longest rows would not fit into memory.</summary>
    private const long BatchCharacters = 32_000_000;

    private const int MostTogether = OrderOfTime.MostAtOnce;
    private const int Tries = 20;

    private readonly TableStatistics _statistics = new(database, first: BatchRows);

    /// <summary>Records the rest of the import, and ends it.</summary>
    public async Task RunAsync(ImportQueue turns, string id, CancellationToken token)
    {
        var import = await new ImportLog(database).FindAsync(id, token) ?? throw new InvalidOperationException($"There is no import '{id}'.");
        using var activity = Instrumentation.Source.StartActivity("import");
        activity?.SetTag("forecasts.import", id);
        string? failure = null;
        try
        {
            IRowImport kind = import.Kind switch
            {
                ImportKind.Questions => new QuestionRows(store, clock),
                ImportKind.Forecasts => new ForecastRows(store, clock),
                _ => new OutcomeRows(store, clock, import),
            };
            using (new SlowDaemonPolling(store))
                await RecordAsync(import, kind, token);
            if (kind is QuestionRows questions)
                await FollowUpAsync(import, questions, token);
        }
        catch (UnreadableFileException e)
        {
            failure = e.Message;
        }
        catch (Exception e) when (!token.IsCancellationRequested && e is not NpgsqlException { IsTransient: true })
        {
            // A fault that recurs at every try would block all later imports forever.
            logger.LogError(e, "Import {Import} failed", id);
            failure = "Something failed here; the fault is ours and is logged. What was recorded stays; send the file again to record the rest.";
        }

        await turns.FinishAsync(import, failure, clock.GetUtcNow().ToMicroseconds(), token);
    }

    private async Task RecordAsync(Import import, IRowImport kind, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var prepared = Channel.CreateBounded<(int Rows, Func<ImportBatch, CancellationToken, Task> Record)>(1);
        var preparing = Task.Run(() => PrepareAsync(import, kind, prepared.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var (rows, record) in prepared.Reader.ReadAllAsync(token))
                await _statistics.GrewAsync(await CommitAsync(import, rows, record, token), token);
        }
        finally
        {
            await stop.CancelAsync();
            await preparing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task PrepareAsync(
        Import import,
        IRowImport kind,
        ChannelWriter<(int Rows, Func<ImportBatch, CancellationToken, Task> Record)> prepared,
        CancellationToken token
    )
    {
        try
        {
            using var batches = Batches(kind.InOrder(places => Rows(import, places)), import.Read, kind).GetEnumerator();
            // One batch is prepared while another is recorded, and no further one. Its rows are read when there is room for their events.
            while (await prepared.WaitToWriteAsync(token) && batches.MoveNext())
            {
                var rows = batches.Current.Count;
                var record = await kind.PrepareAsync(batches.Current, token);
                batches.Current.Clear();
                await prepared.WriteAsync((rows, record), token);
            }

            prepared.Complete();
        }
        catch (Exception e)
        {
            prepared.Complete(e);
        }
    }

    private IEnumerable<ImportRow> Rows(Import import, int[] places)
    {
        using var file = ImportSpool.Read(database, import.Id);
        foreach (var row in ImportedFile.Rows(file, import.Kind, import.Format, places))
            yield return row;
    }

    // The list is reused for every batch.
    private static IEnumerable<List<ImportRow>> Batches(IEnumerable<ImportRow> rows, long done, IRowImport kind)
    {
        var size = kind is ForecastRows ? BatchRows : BatchQuestions;
        var batch = new List<ImportRow>(size + MostTogether);
        var characters = 0L;
        foreach (var row in rows)
        {
            if (done > 0)
            {
                done--;
                kind.Passed(row);
                continue;
            }

            var full = batch.Count >= size || characters >= BatchCharacters;
            var over = batch.Count >= size + MostTogether || characters >= 2 * BatchCharacters;
            if (batch.Count > 0 && full && (over || !kind.BelongTogether(batch[^1], row)))
            {
                yield return batch;
                batch.Clear();
                characters = 0;
            }

            batch.Add(row);
            foreach (var value in row.Values)
                characters += value?.Length ?? 0;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    /// <returns>The number of recorded events.</returns>
    private async Task<long> CommitAsync(Import import, int rows, Func<ImportBatch, CancellationToken, Task> record, CancellationToken token)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var batch = await ImportBatch.BeginAsync(database, store, import, clock.GetUtcNow().ToMicroseconds(), token);
                await record(batch, token);
                await batch.CommitAsync(rows, token);
                return batch.Append.Written;
            }
            catch (Exception e)
                when (tries < Tries
                    && e
                        is StreamMovedException
                            or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure }
                )
            {
                // Another writer has written to one of the streams. The content of the batch does not depend on that, but its place does.
                logger.LogInformation("A batch of import {Import} is written again: {Reason}", import.Id, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(20 * tries), token);
            }
        }
    }

    /// <summary>
    /// Schedules the closes of imported questions, and makes conditional ones check their condition. The reactions skip the openings of imported questions,
    /// since most of these closed long ago. After a crash, an import no longer knows which questions it brought before and requests all of them. A second
    /// request changes nothing.
    /// </summary>
    private async Task FollowUpAsync(Import import, QuestionRows questions, CancellationToken token)
    {
        IEnumerable<string> opened = questions.Opened,
            conditional = questions.Conditional;
        if (import.Read > 0)
        {
            await using var session = store.QuerySession();
            opened = await session.Query<Question>().Where(q => q.Status == QuestionStatus.Open && q.Imported).Select(q => q.Id).ToListAsync(token);
            conditional = await session.Query<Question>().Where(q => q.Condition!.Question != null && q.Imported).Select(q => q.Id).ToListAsync(token);
        }

        foreach (var stream in opened)
            await bus.PublishAsync(new ScheduleClose(stream));
        foreach (var stream in conditional)
            await bus.PublishAsync(new MeetCondition(stream));
    }
}
