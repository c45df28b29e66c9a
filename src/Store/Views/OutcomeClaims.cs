using System.Data.Common;
using Domain;
using Domain.Resolutions;
using Marten;
using Npgsql;
using Store.Events;

namespace Store.Views;

/// <summary>Reads all claims about the outcomes of questions from their streams.</summary>
public static class OutcomeClaims
{
    private static readonly string[] Types = [.. EventGroups.Claims.Select(EventNames.Of)];

    /// <summary>Every claim about a question, in the order of its log.</summary>
    public static async Task<IReadOnlyList<OutcomeClaim>> OfAsync(IQuerySession session, string slug, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var command = Command([slug]);
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return (await ReadAsync(reader, token)).GetValueOrDefault(slug) ?? [];
    }

    /// <summary>Every claim about each of the questions, in the order of its log. Questions without a claim are left out.</summary>
    internal static async Task<Dictionary<string, IReadOnlyList<OutcomeClaim>>> OfAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> slugs,
        CancellationToken token
    )
    {
        await using var command = Command(slugs);
        command.Connection = connection;
        await using var reader = await command.ExecuteReaderAsync(token);
        return await ReadAsync(reader, token);
    }

    // Each stream is read by its versions, which an index covers. Without current statistics, PostgreSQL would otherwise scan all outcomes.
    private static NpgsqlCommand Command(IReadOnlyCollection<string> slugs) =>
        new(
            $"""
            select e.stream_id, e.seq_id, e.type, {EventSql.Stored("e")}, e.timestamp from unnest($1) as u (id)
            cross join lateral (select * from {EventSql.Events} e where e.stream_id = u.id order by e.version offset 0) e
            where e.type = any($2) order by e.stream_id, e.version
            """
        )
        {
            Parameters =
            {
                new() { Value = slugs.Select(StreamKeys.Question).ToArray() },
                new() { Value = Types },
            },
        };

    private static async Task<Dictionary<string, IReadOnlyList<OutcomeClaim>>> ReadAsync(DbDataReader reader, CancellationToken token)
    {
        var events = new Dictionary<string, List<(long, object, DateTimeOffset)>>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
        {
            var slug = StreamKeys.SlugOf(reader.GetString(0));
            if (!events.TryGetValue(slug, out var of))
                events.Add(slug, of = []);
            of.Add(
                (
                    reader.GetInt64(1),
                    EventJson.Read(reader.GetString(2), reader.GetFieldValue<byte[]>(3)),
                    new DateTimeOffset(reader.GetDateTime(4), TimeSpan.Zero)
                )
            );
        }

        return events.ToDictionary(e => e.Key, e => OutcomeClaim.Of(e.Value), StringComparer.Ordinal);
    }
}
