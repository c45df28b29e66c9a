using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Statistics;
using Marten;
using Npgsql;

namespace Store.Bulk;

/// <summary>
/// What scoring many questions looks up about the questions resolved before each: outcomes by tag, and the forecasters' peer scores. Gathered in
/// one pass, and extended while questions are scored in the order in which their outcomes became known, so that each sees what was known before it.
/// </summary>
/// <remarks>
/// Instants at which several outcomes became known are put together, and so is everything before a question opened: the base rate and the skill
/// weights ask only what was known before an instant of the question's life.
/// </remarks>
public sealed class EarlierRecords
{
    private readonly Dictionary<(string Tag, int Options), SortedDictionary<long, int[]>> _outcomes = [];
    private readonly Dictionary<string, SortedDictionary<long, (CompensatedSum Peer, CompensatedSum Coverage)>> _scores = new(StringComparer.Ordinal);

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
             select (s.data -> 'latest' ->> 'knownAt'), r ->> 'forecaster', (r -> 'scores' ->> 'peer')::float8, (r ->> 'coverage')::float8
             from {options.FindOrResolveDocumentType(typeof(Scorings)).TableName.QualifiedName} s, jsonb_array_elements(s.data -> 'latest' -> 'rows') r
             where r ->> 'kind' in ('Person', 'Bot') and r -> 'scores' ->> 'peer' is not null and not (s.id = any($1))
             order by s.id
             """,
            connection);
        scores.Parameters.Add(new NpgsqlParameter { Value = scoredAnew.Select(Domain.StreamKeys.Scoring).ToArray() });
        await using var rows = await scores.ExecuteReaderAsync(token);
        while (await rows.ReadAsync(token))
        {
            records.AddScore(rows.GetString(1), DateTimeOffset.Parse(rows.GetString(0), System.Globalization.CultureInfo.InvariantCulture), rows.GetDouble(2), rows.GetDouble(3));
        }

        return records;
    }

    /// <summary>Adds what a question's scoring showed.</summary>
    public void Add(DateTimeOffset knownAt, IEnumerable<ScoreRow> rows)
    {
        foreach (var row in rows)
        {
            if (Domain.Consensus.Crowd.Counts(row.Kind) && row.Scores.GetValueOrDefault("peer") is { } peer) AddScore(row.Forecaster, knownAt, peer, row.Coverage);
        }
    }

    /// <summary>What the base rate of a question counts: outcomes under its first tag of questions with as many options, known before its window ends.</summary>
    public IReadOnlyList<EarlierOutcome> OutcomesFor(Question question, DateTimeOffset until)
    {
        if (question.Tags.Count == 0 || question.Options.Count == 0 || !_outcomes.TryGetValue((question.Tags[0], question.Options.Count), out var known)) return [];
        var before = new int[question.Options.Count];
        var earlier = new List<EarlierOutcome>();
        foreach (var (ticks, counts) in known)
        {
            if (ticks >= until.UtcTicks) break;
            if (ticks >= question.OpensAt.UtcTicks) AddAll(new DateTimeOffset(ticks, TimeSpan.Zero), counts);
            else
            {
                for (var o = 0; o < counts.Length; o++) before[o] += counts[o];
            }
        }

        AddAll(question.OpensAt.AddTicks(-1), before);
        return earlier;

        void AddAll(DateTimeOffset at, int[] counts)
        {
            for (var o = 0; o < counts.Length; o++)
            {
                if (counts[o] > 0) earlier.Add(new EarlierOutcome(at, o, counts.Length, counts[o]));
            }
        }
    }

    /// <summary>What the skill weights of a question look at: its forecasters' scores on questions whose outcome was known before its window ends.</summary>
    public IReadOnlyList<EarlierScore> ScoresFor(Question question, DateTimeOffset until, IEnumerable<string> forecasters)
    {
        var earlier = new List<EarlierScore>();
        foreach (var forecaster in forecasters)
        {
            if (!_scores.TryGetValue(forecaster, out var known)) continue;
            CompensatedSum peer = default, coverage = default;
            var any = false;
            foreach (var (ticks, sum) in known)
            {
                if (ticks >= until.UtcTicks) break;
                if (ticks >= question.OpensAt.UtcTicks)
                {
                    earlier.Add(new EarlierScore(forecaster, new DateTimeOffset(ticks, TimeSpan.Zero), sum.Peer.Value, sum.Coverage.Value));
                    continue;
                }

                peer.Add(sum.Peer.Value);
                coverage.Add(sum.Coverage.Value);
                any = true;
            }

            if (any) earlier.Add(new EarlierScore(forecaster, question.OpensAt.AddTicks(-1), peer.Value, coverage.Value));
        }

        return earlier;
    }

    private void AddOutcome(string tag, int options, int option, DateTimeOffset knownAt)
    {
        if (!_outcomes.TryGetValue((tag, options), out var known)) _outcomes.Add((tag, options), known = []);
        if (!known.TryGetValue(knownAt.UtcTicks, out var counts)) known.Add(knownAt.UtcTicks, counts = new int[options]);
        counts[option]++;
    }

    private void AddScore(string forecaster, DateTimeOffset knownAt, double peer, double coverage)
    {
        if (!_scores.TryGetValue(forecaster, out var known)) _scores.Add(forecaster, known = []);
        var sum = known.GetValueOrDefault(knownAt.UtcTicks);
        sum.Peer.Add(peer);
        sum.Coverage.Add(coverage);
        known[knownAt.UtcTicks] = sum;
    }
}
