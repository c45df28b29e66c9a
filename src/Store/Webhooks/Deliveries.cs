using System.Text.Json;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.Webhooks;

/// <summary>An event that a webhook wants.</summary>
/// <param name="Webhook">The webhook's id.</param>
/// <param name="Number">The event's sequence.</param>
/// <param name="EventId">The event's id.</param>
public sealed record WantedDelivery(string Webhook, long Number, Guid EventId);

/// <summary>A delivery that this process has leased until <paramref name="LeasedUntil"/>. No other process attempts it until then.</summary>
/// <param name="Webhook">The webhook's id.</param>
/// <param name="Number">The event's sequence.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="Attempts">Attempts that were made before.</param>
/// <param name="LeasedUntil">The end of the lease, UTC.</param>
public sealed record LeasedDelivery(string Webhook, long Number, Guid EventId, int Attempts, DateTimeOffset LeasedUntil);

/// <summary>Pending deliveries in the database. They survive the process, and processes share the work.</summary>
public sealed class Deliveries(NpgsqlDataSource database)
{
    private const int LongestLog = 20;

    private readonly SettledEvents _settled = new(database);

    /// <summary>
    /// Reads the events that settled since the last look, and enqueues their deliveries in the transaction that records the progress. Each event is read once,
    /// and none is left out. If another process is reading, this one leaves it to that process.
    /// </summary>
    /// <param name="longest">The most events to look through.</param>
    /// <param name="want">Finds the webhooks that want the events with a sequence in (from, through], and returns how far it looked.</param>
    /// <param name="now">The present.</param>
    /// <param name="token">Ends the look.</param>
    /// <returns>Whether there may be more to look through at once.</returns>
    public async Task<bool> EnqueueAsync(
        int longest,
        Func<long, long, Task<(IReadOnlyList<WantedDelivery> Wanted, long Through)>> want,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var read = new NpgsqlCommand($"select through from {DeliveryTables.Progress} where id = 1 for update skip locked", connection, transaction);
        if (await read.ExecuteScalarAsync(token) is not long from)
        {
            await BeginAsync(token);
            return false;
        }

        var settled = await _settled.AfterAsync(from, longest, token);
        if (settled == from)
            return false;
        var (wanted, through) = await want(from, settled);
        await using (
            var insert = new NpgsqlCommand(
                $"""
                insert into {DeliveryTables.Deliveries} (webhook, number, event_id, status, attempts, created_at, due_at, log)
                select w, n, e, 'pending', 0, $4, $4, '[]'::jsonb from unnest($1::text[], $2::bigint[], $3::uuid[]) as wanted(w, n, e)
                on conflict do nothing
                """,
                connection,
                transaction
            )
        )
        {
            insert.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(d => d.Webhook).ToArray() });
            insert.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(d => d.Number).ToArray() });
            insert.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(d => d.EventId).ToArray() });
            insert.Parameters.Add(Instant(now));
            await insert.ExecuteNonQueryAsync(token);
        }

        await using var note = new NpgsqlCommand($"update {DeliveryTables.Progress} set through = $1 where id = 1", connection, transaction);
        note.Parameters.Add(new NpgsqlParameter<long> { TypedValue = through });
        await note.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return settled - from >= SettledEvents.LongestStep;
    }

    /// <summary>Which of these webhooks have a delivery to attempt now.</summary>
    public async Task<IReadOnlyList<string>> DueAsync(IEnumerable<string> webhooks, DateTimeOffset now, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select w from unnest($1::text[]) as w where exists (
              select 1 from {DeliveryTables.Deliveries} where webhook = w and status = 'pending' and due_at <= $2 and (leased_until is null
                  or leased_until <= $2))
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = webhooks.ToArray() });
        command.Parameters.Add(Instant(now));
        await using var reader = await command.ExecuteReaderAsync(token);
        var due = new List<string>();
        while (await reader.ReadAsync(token))
            due.Add(reader.GetString(0));
        return due;
    }

    /// <summary>Leases the earliest due deliveries of a webhook, in the order of their events.</summary>
    public async Task<IReadOnlyList<LeasedDelivery>> LeaseAsync(string webhook, int most, DateTimeOffset now, DateTimeOffset until, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            with due as (
              select number from {DeliveryTables.Deliveries}
              where webhook = $1 and status = 'pending' and due_at <= $3 and (leased_until is null or leased_until <= $3)
              order by number limit $2 for update skip locked)
            update {DeliveryTables.Deliveries} d set leased_until = $4 from due where d.webhook = $1 and d.number = due.number
            returning d.number, d.event_id, d.attempts
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        command.Parameters.Add(Instant(now));
        command.Parameters.Add(Instant(until));
        await using var reader = await command.ExecuteReaderAsync(token);
        var leased = new List<LeasedDelivery>();
        while (await reader.ReadAsync(token))
            leased.Add(new LeasedDelivery(webhook, reader.GetInt64(0), reader.GetGuid(1), reader.GetInt32(2), until));
        return [.. leased.OrderBy(d => d.Number)];
    }

    /// <summary>Returns deliveries that were leased and not attempted.</summary>
    public async Task ReleaseAsync(string webhook, IEnumerable<long> numbers, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"update {DeliveryTables.Deliveries} set leased_until = null where webhook = $1 and number = any($2) and status = 'pending'"
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter { Value = numbers.ToArray() });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Records an attempt and its consequences.</summary>
    /// <param name="delivery">What was attempted.</param>
    /// <param name="attempt">How it went.</param>
    /// <param name="status">What the delivery is now.</param>
    /// <param name="dueAt">When it is attempted again, if it is pending.</param>
    /// <param name="token">Ends the write.</param>
    /// <returns>Since when every attempt at the webhook has failed; null after one that has not.</returns>
    public async Task<DateTimeOffset?> NoteAsync(
        LeasedDelivery delivery,
        DeliveryAttempt attempt,
        DeliveryStatus status,
        DateTimeOffset dueAt,
        CancellationToken token
    )
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(connection);
        // The log keeps its latest entries. The path drops the first one if there are too many.
        var update = new NpgsqlBatchCommand(
            $"""
            update {DeliveryTables.Deliveries} set status = $3, attempts = attempts + 1, due_at = $4, leased_until = null, finished_at = $5,
              log = (case when jsonb_array_length(log) >= {LongestLog} then log - 0 else log end) || $6
            where webhook = $1 and number = $2
            """
        );
        var ended = status == DeliveryStatus.Pending ? (object)DBNull.Value : (attempt.At + TimeSpan.FromMilliseconds(attempt.Milliseconds)).UtcDateTime;
        update.Parameters.Add(new NpgsqlParameter<string> { TypedValue = delivery.Webhook });
        update.Parameters.Add(new NpgsqlParameter<long> { TypedValue = delivery.Number });
        update.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Word(status) });
        update.Parameters.Add(Instant(dueAt));
        update.Parameters.Add(new NpgsqlParameter { Value = ended, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        update.Parameters.Add(
            new NpgsqlParameter { Value = JsonSerializer.Serialize(new[] { attempt }, JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Jsonb }
        );
        var health =
            status == DeliveryStatus.Delivered
                ? new NpgsqlBatchCommand($"delete from {DeliveryTables.Failing} where webhook = $1 returning null::timestamptz")
                : new NpgsqlBatchCommand(
                    $"insert into {DeliveryTables.Failing} as f (webhook, since) values ($1, $2) on conflict (webhook) do update set since = f.since "
                        + "returning since"
                );
        health.Parameters.Add(new NpgsqlParameter<string> { TypedValue = delivery.Webhook });
        if (status != DeliveryStatus.Delivered)
            health.Parameters.Add(Instant(attempt.At));
        batch.BatchCommands.Add(update);
        batch.BatchCommands.Add(health);
        return await batch.ExecuteScalarAsync(token) is DateTime since ? new DateTimeOffset(since, TimeSpan.Zero) : null;
    }

    /// <summary>Since when every attempt at each of these webhooks has failed. Webhooks whose last attempt succeeded are absent.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> FailingAsync(IEnumerable<string> webhooks, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select webhook, since from {DeliveryTables.Failing} where webhook = any($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = webhooks.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        var failing = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
            failing[reader.GetString(0)] = new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero);
        return failing;
    }

    /// <summary>Clears the record of failures of a webhook that is enabled again.</summary>
    public async Task ForgetFailuresAsync(string webhook, CancellationToken token)
    {
        await using var command = database.CreateCommand($"delete from {DeliveryTables.Failing} where webhook = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = webhook });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The deliveries of a webhook, the latest first, from below a number on.</summary>
    public async Task<IReadOnlyList<Delivery>> ListAsync(string webhook, DeliveryStatus? status, long? below, int limit, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select webhook, number, event_id, status, attempts, created_at, due_at, finished_at, log from {DeliveryTables.Deliveries}
            where webhook = $1 and ($2 is null or status = $2) and ($3 is null or number < $3) order by number desc limit $4
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter { Value = status is { } s ? Word(s) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = below is { } b ? b : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadAsync(command, token);
    }

    /// <summary>One delivery; null where there is none.</summary>
    public async Task<Delivery?> FindAsync(string webhook, long number, CancellationToken token) =>
        (await ListAsync(webhook, null, number == long.MaxValue ? null : number + 1, 1, token)).FirstOrDefault(d => d.Number == number);

    /// <summary>Resets a finished delivery to its beginning; null if it is still pending.</summary>
    public async Task<Delivery?> ReplayAsync(string webhook, long number, DateTimeOffset now, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            update {DeliveryTables.Deliveries} set status = 'pending', attempts = 0, due_at = $3, leased_until = null, finished_at = null
            where webhook = $1 and number = $2 and status <> 'pending'
            returning webhook, number, event_id, status, attempts, created_at, due_at, finished_at, log
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = webhook });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        command.Parameters.Add(Instant(now));
        return await ReadAsync(command, token) is [var replayed] ? replayed : null;
    }

    /// <summary>Removes the webhooks of an analyst, with all of their data, in the session's next commit.</summary>
    internal static async Task ForgetAsync(IDocumentSession session, string owner, CancellationToken token)
    {
        foreach (var webhook in await session.Query<Webhook>().Where(w => w.Owner == owner).ToListAsync(token))
        {
            session.QueueSqlCommand($"delete from {DeliveryTables.Failing} where webhook = ?", webhook.Id);
            session.QueueSqlCommand($"delete from {DeliveryTables.Deliveries} where webhook = ?", webhook.Id);
            session.Delete(webhook);
        }
    }

    /// <summary>Removes all data of a webhook.</summary>
    public async Task RemoveAsync(string webhook, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            with gone as (delete from {DeliveryTables.Failing} where webhook = $1) delete from {DeliveryTables.Deliveries} where webhook = $1
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = webhook });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Removes deliveries that finished before an instant, and those without an attempt since then, whose webhook is disabled or removed.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"delete from {DeliveryTables.Deliveries} where finished_at < $1 or (status = 'pending' and due_at < $1)"
        );
        command.Parameters.Add(Instant(before));
        return await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The last sequence that any event has been given: what is asked for from now on comes after it.</summary>
    public Task<long> LastSequenceAsync(CancellationToken token) => _settled.LastDrawnAsync(token);

    /// <summary>Begins to read the events, from the present on, unless that has begun. Before the first webhook no event is wanted.</summary>
    public async Task BeginAsync(CancellationToken token)
    {
        await using (var exists = database.CreateCommand($"select 1 from {DeliveryTables.Progress} where id = 1"))
        {
            if (await exists.ExecuteScalarAsync(token) is not null)
                return;
        }

        await using var command = database.CreateCommand($"insert into {DeliveryTables.Progress} (id, through) values (1, $1) on conflict do nothing");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = await _settled.PresentAsync(token) });
        await command.ExecuteNonQueryAsync(token);
    }

    private static async Task<IReadOnlyList<Delivery>> ReadAsync(NpgsqlCommand command, CancellationToken token)
    {
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<Delivery>();
        while (await reader.ReadAsync(token))
        {
            found.Add(
                new Delivery(
                    reader.GetString(0),
                    reader.GetInt64(1),
                    reader.GetGuid(2),
                    Enum.Parse<DeliveryStatus>(reader.GetString(3), ignoreCase: true),
                    reader.GetInt32(4),
                    At(reader, 5),
                    At(reader, 6),
                    reader.IsDBNull(7) ? null : At(reader, 7),
                    JsonSerializer.Deserialize<IReadOnlyList<DeliveryAttempt>>(reader.GetString(8), JsonSerializerOptions.Web)!
                )
            );
        }

        return found;
    }

    private static DateTimeOffset At(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);

    private static NpgsqlParameter Instant(DateTimeOffset at) => new() { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static string Word(DeliveryStatus status) =>
        status switch
        {
            DeliveryStatus.Pending => "pending",
            DeliveryStatus.Delivered => "delivered",
            _ => "dead",
        };
}
