using Npgsql;
using Store.Events;
using Store.Views;

namespace Store.Operations;

/// <summary>
/// Tells PostgreSQL how the tables have grown while much is written to them. It looks for itself about once a minute; until then it plans for the
/// tables as they were, and a query that was quick on a few events sorts all of them on a million.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="first">After how many rows the tables are looked at first.</param>
public sealed class TableStatistics(NpgsqlDataSource database, long first)
{
    // Only what the plans hang on, from a fifth of the usual sample: documents and event data would be read and compared for nothing. None is waited
    // for that somebody holds. PostgreSQL's own look, closer and at every column, follows all the same.
    private const string Look = $"""
        set default_statistics_target = 20;
        analyze (skip_locked) {EventSql.Events} (seq_id, stream_id, version, type), {EventSql.Streams} (id, type),
          {ScoreViews.Steps} (forecaster, sequence, question, made_at, expires_at), {ScoreViews.Rows} (forecaster, question),
              {ScoreViews.Questions} (question, sequence)
        """;

    private long _written;
    private long _next = first;

    /// <summary>Counts rows that were written, and has the tables looked at each time that twice as many were as the last time.</summary>
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
