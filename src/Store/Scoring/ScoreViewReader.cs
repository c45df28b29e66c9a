using System.Data;
using System.Diagnostics;
using Domain.Questions;
using Npgsql;
using Store.Events;
using Store.Views;

namespace Store.Scoring;

/// <summary>Opens snapshots of the score views.</summary>
public sealed class ScoreViewReader(NpgsqlDataSource database)
{
    /// <summary>How long a reader waits for the views to have what was recorded before it asked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>If the views are further behind than this, they are being built or bulk loaded, and readers do not wait.</summary>
    private const int WorthWaitingFor = 20_000;

    /// <summary>
    /// Opens a snapshot with every scoring and every step of a forecast that was committed before the call, if the views reach that point within a second;
    /// otherwise with what they contain by then. Reads from one snapshot are consistent, and its versions state how far it goes.
    /// </summary>
    public Task<ScoreSnapshot> OpenAsync(CancellationToken token) => OpenAsync(PointInTime.Present, token);

    /// <summary>Opens a snapshot of what the views would have shown at an earlier point in time, from everything that was recorded before the call.</summary>
    /// <inheritdoc cref="OpenAsync(CancellationToken)"/>
    public async Task<ScoreSnapshot> OpenAsync(PointInTime at, CancellationToken token)
    {
        var connection = await database.OpenConnectionAsync(token);
        try
        {
            await WaitAsync(connection, at.IsPresent ? Present : All, token);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
            // The lock is taken before any read, so that the snapshot belongs to the tables that it finds. A rebuild replaces them either before the lock or
            // after the snapshot. Compiling a statement would take longer than running it.
            var more = at.IsPresent ? "" : $", {ScoreViews.Claims}, {ScoreViews.Generations}";
            await using var hold = new NpgsqlCommand(
                $"set local jit = off; lock table {ScoreViews.Questions}, {ScoreViews.Rows}, {ScoreViews.Forecasters}, {ScoreViews.Steps}, "
                    + $"{ScoreViews.Imported}{more} in access share mode",
                connection,
                transaction
            );
            await hold.ExecuteNonQueryAsync(token);
            return new ScoreSnapshot(connection, transaction, at);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task WaitAsync(NpgsqlConnection connection, Awaited views, CancellationToken token)
    {
        var (reached, wanted) = await ProgressAsync(connection, views, null, token);
        var started = Stopwatch.GetTimestamp();
        while (reached < wanted && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Pause, token);
            (reached, _) = await ProgressAsync(connection, views, wanted, token);
        }
    }

    // The progress of the views, and the last event that they still lack. The types limit it to the events that the views are made of; there is no need to wait
    // for others.
    private static async Task<(long Reached, long Wanted)> ProgressAsync(NpgsqlConnection connection, Awaited views, long? known, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            known is null
                ? $"""
                with reached as (
                    select coalesce(min(last_seq_id), 0) as at from (
                        select coalesce(p.last_seq_id, 0) as last_seq_id from unnest($1::text[]) as shard (name)
                            left join {EventSql.Progress} p using (name)) shards)
                select reached.at, case
                    when (select coalesce(max(seq_id), 0) from {EventSql.Events}) > reached.at + $2 then 0
                    else coalesce((select max(seq_id) from {EventSql.Events} where seq_id > reached.at and type = any($3)), 0) end
                from reached
                """
                : $"""
                select coalesce(min(coalesce(p.last_seq_id, 0)), 0), 0::bigint
                from unnest($1::text[]) as shard (name) left join {EventSql.Progress} p using (name)
                """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = views.Shards });
        if (known is null)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = (long)WorthWaitingFor });
            command.Parameters.Add(new NpgsqlParameter { Value = views.Types });
        }

        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static readonly Awaited Present = Awaited.Of(ScoreViews.Present),
        All = Awaited.Of(ScoreViews.All);

    /// <summary>The views that a reader waits for, and the types of events that they are made of.</summary>
    private sealed record Awaited(string[] Shards, string[] Types)
    {
        public static Awaited Of(IReadOnlyList<TableView> views) =>
            new([.. views.Select(v => $"{v.Shard}:All")], [.. views.SelectMany(v => v.Reads).Select(EventNames.Of).Distinct()]);
    }
}
