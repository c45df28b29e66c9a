using Domain.Crowds;
using Domain.Questions;
using Domain.Scoring.Generations;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace Store.Bundles;

/// <summary>
/// The events of other questions that a generation rests on: of each question whose outcome or whose forecasters' scores it took into account the last
/// generation up to it, and where the outcome counts what says the tags and the options: the draft, and the edits up to it.
/// </summary>
public static class OtherQuestions
{
    /// <summary>The most characters that the data of these events may have together in a bundle, 32 Mi.</summary>
    public const long MostCharacters = 32 * 1024 * 1024;

    /// <summary>The ids of the events.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="sequence">The place of its event among all events.</param>
    /// <param name="token">Ends the read.</param>
    /// <returns>The ids; null where the events are more than <see cref="MostCharacters"/>.</returns>
    public static async Task<IReadOnlyList<Guid>?> EventsAsync(IQuerySession session, QuestionScored generation, long sequence, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(generation);
        var upto = generation.RestsOn ?? sequence - 1;
        if (upto == 0)
            return [];
        var steps = await ForecastLog.OnQuestionAsync(session, generation.Question, knownAt: null, token);
        var crowd = steps.Where(s => s.Sequence <= generation.LastEventRead && Crowd.Counts(s.Kind)).Select(s => s.Forecaster).Distinct(StringComparer.Ordinal);
        var question = await ScoringInputs.QuestionAtAsync(session, generation.Question, generation.LastEventRead, token);
        var end = question.ClosesAt < generation.KnownAt ? question.ClosesAt : generation.KnownAt;
        await using var command = new NpgsqlCommand(
            $"""
            {CurrentScores.With(session.DocumentStore.Options)}
            , wanted as (
                select w.question, bool_or(w.counts) as counts from (
                    select h.question, true as counts from heads h where h.question <> $2 and h.tags @> array[$3] and h.known_at < $4
                    union all
                    select r.question, false from earned r
                    where r.question <> $2 and r.peer is not null and r.forecaster = any($5) and r.known_at < $4
                ) w group by w.question)
            select e.id, length({EventSql.Stored("e")}::text) from wanted w cross join lateral (
                select e.id, {EventSql.Stored("e")} from {EventSql.Events} e
                where e.stream_id = 'scoring/' || w.question and e.seq_id <= $1 order by e.version desc limit 1) e
            union all
            select e.id, length({EventSql.Stored("e")}::text) from wanted w join {EventSql.Events} e on e.stream_id = 'question/' || w.question
            where w.counts and e.type in ({EventSql.Names(typeof(QuestionDrafted), typeof(OptionsNamed))})
            union all
            select e.id, length({EventSql.Stored("e")}::text) from wanted w join {EventSql.Events} e on e.stream_id = 'question/' || w.question
            where w.counts and e.seq_id <= $1 and e.type = {EventSql.Name<QuestionEdited>()} and (
                {QuestionFieldSql.IsChanged("e", nameof(QuestionFields.Tags))} or {QuestionFieldSql.IsChanged("e", nameof(QuestionFields.Options))})
            """
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upto });
        command.Parameters.Add(new NpgsqlParameter { Value = generation.Question, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(
            new NpgsqlParameter { Value = question.Tags.Count > 0 && question.Options.Count > 0 ? question.Tags[0] : "", NpgsqlDbType = NpgsqlDbType.Text }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = end.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. crowd] });
        var (events, characters) = (new List<Guid>(), 0L);
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            events.Add(reader.GetGuid(0));
            characters += reader.GetInt32(1);
            if (characters > MostCharacters)
                return null;
        }

        return events;
    }
}
