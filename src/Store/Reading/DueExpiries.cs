using Domain;
using Domain.Forecasts;
using Npgsql;
using Store.Events;
using Store.Views;

namespace Store.Reading;

/// <summary>Finds the forecasts whose expiry has passed and has not been recorded yet.</summary>
/// <remarks>
/// It reads the rows of the forecasts' steps, which follow the events after a moment. It finds a missing row at the next look, and only the recording of the
/// expiry waits for that.
/// </remarks>
public sealed class DueExpiries(NpgsqlDataSource database)
{
    /// <summary>Streams of forecasts whose last step expired after <paramref name="after"/> and not after <paramref name="until"/>, a page at a time.</summary>
    /// <param name="after">The instant from which expiries are looked for.</param>
    /// <param name="until">The instant up to which expiries are looked for, itself included.</param>
    /// <param name="beyond">The last stream of the page before; null for the first page.</param>
    /// <param name="limit">The most that a page holds.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<IReadOnlyList<string>> PageAsync(DateTimeOffset after, DateTimeOffset until, string? beyond, int limit, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select due.stream from
                (select $5 || s.question || '/' || s.forecaster as stream, s.* from {ScoreViews.Steps} s where s.expires_at > $1 and s.expires_at <= $2) due
            where due.stream > $3
                and not exists (
                    select from {ScoreViews.Steps} n
                    where n.forecaster = due.forecaster and n.question = due.question and (n.made_at, n.sequence) > (due.made_at, due.sequence))
                and not exists (
                    select from {EventSql.Events} e
                    where e.stream_id = due.stream and e.seq_id > due.sequence and e.type = {EventSql.Name<ForecastExpired>()})
            order by due.stream limit $4
            """
        );
        foreach (var value in new object[] { after.UtcDateTime, until.UtcDateTime, beyond ?? "", limit, StreamKeys.AllForecasts })
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        var streams = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            streams.Add(reader.GetString(0));
        return streams;
    }
}
