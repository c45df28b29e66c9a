using Domain.Questions;
using Domain.Scoring;
using Marten;
using Npgsql;
using Store.Scores;

namespace Store.Bulk;

/// <summary>Reads the records that scoring many questions looks up, in one pass over all questions and their latest generations.</summary>
public static class EverythingOnRecord
{
    /// <summary>Gathers everything that is on record, apart from the scores of the questions that are about to be scored anew.</summary>
    public static async Task<EarlierRecords> GatherAsync(NpgsqlDataSource database, IReadOnlyStoreOptions options, IReadOnlyCollection<string> scoredAnew, CancellationToken token)
    {
        var records = new EarlierRecords();
        await using var connection = await database.OpenConnectionAsync(token);
        await using (var command = new NpgsqlCommand(
            $"""
             select data -> 'resolution' ->> 'outcome', data -> 'resolution' ->> 'knownAt',
                    array(select jsonb_array_elements_text(data -> 'options')), array(select jsonb_array_elements_text(data -> 'tags'))
             from {options.FindOrResolveDocumentType(typeof(Question)).TableName.QualifiedName}
             where status = 'Resolved' and jsonb_array_length(data -> 'options') > 0 and jsonb_array_length(data -> 'tags') > 0
             """,
            connection))
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                var names = reader.GetFieldValue<string[]>(2);
                var option = Array.IndexOf(names, reader.GetString(0));
                if (option < 0) continue;
                var known = DateTimeOffset.Parse(reader.GetString(1), System.Globalization.CultureInfo.InvariantCulture);
                foreach (var tag in reader.GetFieldValue<string[]>(3).Distinct(StringComparer.Ordinal)) records.AddOutcome(tag, names.Length, option, known);
            }
        }

        await using var scores = new NpgsqlCommand(
            $"""
             select d."knownAt", r ->> 'forecaster', (r -> 'scores' ->> 'peer')::float8, (r ->> 'coverage')::float8
             from (select id, version from {ForecastStore.Schema}.mt_streams where {ScoredQuestions.After}) s join {ForecastStore.Schema}.mt_events e on e.stream_id = s.id and e.version = s.version
             cross join lateral jsonb_to_record(e.data) as d ("knownAt" text, rows jsonb) cross join lateral jsonb_array_elements(d.rows) r
             where not exists (select from unnest($2) as u (id) where u.id = s.id) and r ->> 'kind' in ('Person', 'Bot') and r -> 'scores' ->> 'peer' is not null
             """,
            connection);
        scores.Parameters.Add(new NpgsqlParameter { Value = Domain.StreamKeys.Scoring("") });
        scores.Parameters.Add(new NpgsqlParameter { Value = scoredAnew.Select(Domain.StreamKeys.Scoring).ToArray() });
        await using var rows = await scores.ExecuteReaderAsync(token);
        while (await rows.ReadAsync(token))
        {
            records.AddScore(rows.GetString(1), DateTimeOffset.Parse(rows.GetString(0), System.Globalization.CultureInfo.InvariantCulture), rows.GetDouble(2), rows.GetDouble(3));
        }

        return records;
    }
}
