using System.Runtime.CompilerServices;
using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Marten;
using Npgsql;
using Store.Importing;
using Store.Scores;

namespace Store.Exporting;

/// <summary>A step of a forecast with the question that it is on.</summary>
/// <param name="Step">The event's data; of a submission what the revision with the same contents would be.</param>
public sealed record ExportedForecast(Question Question, ForecastRevised? Step, ForecastWithdrawn? Withdrawal);

/// <summary>An event about a question's outcome.</summary>
public sealed record ExportedOutcome(string Question, object Event, DateTimeOffset RecordedAt);

/// <summary>Reads what is kept from its beginning to its end, in the order of recording, a page of it in memory at a time.</summary>
public sealed class ExportReader(NpgsqlDataSource database, IDocumentStore store)
{
    private const int PageSize = 1_000;
    private const int MostQuestions = 50_000;

    private readonly ISerializer _serializer = store.Options.Serializer();

    /// <summary>Every question as it stands; what a question depends on comes before it.</summary>
    public async IAsyncEnumerable<Question> QuestionsAsync([EnumeratorCancellation] CancellationToken token)
    {
        await using var session = store.QuerySession();
        await foreach (var page in PagesAsync(["question_drafted"], token))
        {
            var keys = page.Select(e => e.Stream).ToArray();
            var found = (await session.LoadManyAsync<Question>(token, keys)).ToDictionary(q => q.Id, StringComparer.Ordinal);
            foreach (var key in keys) yield return found[key];
        }
    }

    /// <summary>Every step of every forecast.</summary>
    public async IAsyncEnumerable<ExportedForecast> ForecastsAsync([EnumeratorCancellation] CancellationToken token)
    {
        var questions = new Dictionary<string, Question>(StringComparer.Ordinal);
        await foreach (var page in PagesAsync(["forecast_submitted", "forecast_revised", "forecast_withdrawn"], token))
        {
            if (questions.Count > MostQuestions) questions.Clear();
            var slugs = page.Select(e => e.Stream.Split('/')[1]).ToArray();
            await using (var session = store.QuerySession())
            {
                var missing = slugs.Where(s => !questions.ContainsKey(s)).Distinct(StringComparer.Ordinal).Select(StreamKeys.Question);
                foreach (var question in await session.LoadManyAsync<Question>(token, missing))
                {
                    questions[question.Slug] = question with { Title = "", Background = "", ResolutionCriteria = "", Clarifications = [], Evidence = [], Resolution = null };
                }
            }

            for (var i = 0; i < page.Count; i++)
            {
                yield return page[i].Type == "forecast_withdrawn"
                    ? new ExportedForecast(questions[slugs[i]], null, _serializer.Read<ForecastWithdrawn>(page[i].Data))
                    : new ExportedForecast(questions[slugs[i]], _serializer.Read<ForecastRevised>(page[i].Data), null);
            }
        }
    }

    /// <summary>Everything that was ever confirmed, corrected, annulled or taken back; what followed from a failed condition follows again by itself.</summary>
    public async IAsyncEnumerable<ExportedOutcome> OutcomesAsync([EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var page in PagesAsync(["question_resolved", "resolution_corrected", "question_annulled", "resolution_taken_back"], token))
        {
            foreach (var (stream, type, data, at) in page)
            {
                object e = type switch
                {
                    "question_resolved" => _serializer.Read<QuestionResolved>(data),
                    "resolution_corrected" => _serializer.Read<ResolutionCorrected>(data),
                    "question_annulled" => _serializer.Read<QuestionAnnulled>(data),
                    _ => _serializer.Read<ResolutionTakenBack>(data),
                };
                if (e is QuestionAnnulled { FailedCondition: not null } || (e is ResolutionTakenBack { TakenBackBy: var by } && by.StartsWith("question/", StringComparison.Ordinal))) continue;
                yield return new ExportedOutcome(stream.Split('/')[1], e, at);
            }
        }
    }

    /// <summary>The latest generation of each question's scores, by question.</summary>
    public async IAsyncEnumerable<QuestionScored> ScoresAsync([EnumeratorCancellation] CancellationToken token)
    {
        await using var session = store.QuerySession();
        var after = "";
        while (true)
        {
            var page = await GenerationLog.LatestAfterAsync(session, after, PageSize / 10, token);
            foreach (var generation in page) yield return generation;
            if (page.Count == 0) yield break;
            after = page[^1].Question;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<(string Stream, string Type, string Data, DateTimeOffset At)>> PagesAsync(
        string[] types, [EnumeratorCancellation] CancellationToken token)
    {
        // One snapshot from beginning to end: what is recorded meanwhile is in none of the pages, and nothing is in two.
        await using var command = database.CreateCommand(
            $"select stream_id, type, data::text, timestamp from {ForecastStore.Schema}.mt_events where type = any($1) order by seq_id");
        command.Parameters.Add(new NpgsqlParameter { Value = types });
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(token);
        var page = new List<(string, string, string, DateTimeOffset)>(PageSize);
        while (await reader.ReadAsync(token))
        {
            page.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
            if (page.Count < PageSize) continue;
            yield return page;
            page.Clear();
        }

        if (page.Count > 0) yield return page;
    }
}
