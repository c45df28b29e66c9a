using Npgsql;
using Store.Events;
using Store.Views;

namespace Store.Operations;

/// <summary>
/// Updates PostgreSQL's statistics while many rows are written. PostgreSQL itself does so about once a minute. Until then it plans for the tables as they were,
/// and a query that was fast on a few events sorts all of them on a million.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="first">The number of rows after which the tables are analyzed first.</param>
public sealed class TableStatistics(NpgsqlDataSource database, long first)
{
    // Only the columns that plans depend on, from a fifth of the usual sample. Documents and event data would be read and compared for nothing. Locked tables
    // are skipped. PostgreSQL's own, more thorough analysis of every column still follows.
    private const string Look = $"""
        set default_statistics_target = 20;
        analyze (skip_locked) {EventSql.Events} (seq_id, stream_id, version, type), {EventSql.Streams} (id, type),
          {ScoreViews.Steps} (forecaster, sequence, question, made_at, expires_at), {ScoreViews.Rows} (forecaster, question),
              {ScoreViews.Questions} (question, sequence), {ScoreViews.Imported} (question, forecaster, sequence)
        """;

    private long _written;
    private long _next = first;

    /// <summary>Counts written rows, and analyzes the tables each time the count has doubled.</summary>
    public async Task GrewAsync(long rows, CancellationToken token)
    {
        _written += rows;
        if (_written < _next)
            return;
        _next = _written * 2;
        await using var command = database.CreateCommand(Look);
        await command.ExecuteNonQueryAsync(token);
    }
}
