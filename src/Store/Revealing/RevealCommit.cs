using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using JasperFx.Events;
using Marten;
using Store.Appending;
using Store.GroupCommit;
using Store.Reading;
using Store.Scoring;

namespace Store.Revealing;

/// <summary>What became of a revelation.</summary>
public abstract record RevealOutcome
{
    private RevealOutcome() { }

    /// <summary>It is recorded, by now or before.</summary>
    /// <param name="Question">The question.</param>
    /// <param name="Step">What was revealed; of several steps with one seal, the last.</param>
    /// <param name="Version">The forecast's version.</param>
    /// <param name="Commit">The commit that holds it; null where it had been recorded before.</param>
    /// <param name="Place">The place of the step in the commit.</param>
    public sealed record Revealed(Question Question, RecordedStep Step, long Version, RecordedCommit? Commit, int Place) : RevealOutcome;

    /// <summary>The decider refused it.</summary>
    /// <param name="Decision">The refusal.</param>
    public sealed record Refused(Decision Decision) : RevealOutcome;

    /// <summary>The forecast stands at another version than was expected.</summary>
    /// <param name="Version">The forecast's version; 0 before its first step.</param>
    public sealed record Stale(long Version) : RevealOutcome;

    /// <summary>There is no such question.</summary>
    public sealed record NoQuestion : RevealOutcome;
}

/// <summary>Decides a revelation. The rules belong to the caller, as those of a <see cref="ForecastDecider"/> do.</summary>
/// <param name="question">The question as it is.</param>
/// <param name="stream">The forecast's events in the order of their recording.</param>
/// <param name="command">What is revealed.</param>
/// <param name="isCopied">Whether somebody else stated the same seal on the question before.</param>
/// <param name="now">When it is revealed, if it is.</param>
/// <returns>The events to record, none where that has been done; or a refusal.</returns>
public delegate Decision RevealDecider(Question question, IReadOnlyList<StreamedStep> stream, RevealCommand command, bool isCopied, DateTimeOffset now);

/// <summary>Records revelations of sealed forecasts.</summary>
public static class RevealCommit
{
    /// <summary>Decides a revelation on the whole forecast, and records it.</summary>
    /// <remarks>
    /// The question is held until the commit: an outcome that comes before is seen, and the question is scored again; an outcome that comes later finds the
    /// revelation. So is the forecast: whoever reveals the same at once finds it done.
    /// </remarks>
    /// <param name="session">The session that it is recorded in.</param>
    /// <param name="slug">The question.</param>
    /// <param name="analyst">Whose forecast.</param>
    /// <param name="command">What is revealed.</param>
    /// <param name="decide">The rules.</param>
    /// <param name="expects">Whether the forecast may stand at a version; null where any will do.</param>
    /// <param name="now">When it is revealed and recorded.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<RevealOutcome> RevealAsync(
        this IDocumentSession session,
        QuestionSlug slug,
        ForecasterName analyst,
        RevealCommand command,
        RevealDecider decide,
        Func<long, bool>? expects,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(decide);
        await session.BeginTransactionAsync(token);
        await session.LockQuestionAsync(slug.Value, token);
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug.Value), token) is not { } question)
            return new RevealOutcome.NoQuestion();
        var key = StreamKeys.Forecast(slug, analyst);
        await session.LockForecastAsync(key, token);
        var stream = await session.Events.FetchStreamAsync(key, token: token);
        if (expects is not null && !expects(stream.Count))
            return new RevealOutcome.Stale(stream.Count);
        var steps = stream.Select(e => new StreamedStep(e.Id, e.Data)).ToList();
        var decision = decide(question, steps, command, await IsCopiedAsync(session, slug, analyst, command.Sealed.Seal, token), now);
        if (decision.IsRefused)
            return new RevealOutcome.Refused(decision);
        if (decision.Events.Count == 0)
        {
            var before = stream.Last(e => e.Data is ForecastRevealed r && r.Statement.Seal == command.Sealed.Seal);
            return new RevealOutcome.Revealed(question, StepOf(before), stream.Count, null, 0);
        }

        var recorded = session.Append(key, stream.Count, decision.Events, now);
        // The status is that of the moment: the question is held.
        session.QueueSqlCommand(
            $"""
            insert into {ScoringTables.Pending} as p (question, trigger)
            select slug, ? from {ForecastStore.Schema}.mt_doc_question where id = ? and status = 'Resolved'
            on conflict (question) do update set asked = p.asked + 1
            """,
            GenerationTrigger.Revelation.Word(),
            question.Id
        );
        await session.SaveChangesAsync(token);
        var commit = new RecordedCommit(now);
        var place = 0;
        foreach (var (i, e) in recorded.Index())
            place = commit.Add(e.Id, key, stream.Count + i + 1, e.Data, analyst.Value);
        return new RevealOutcome.Revealed(question, StepOf(recorded[^1]), stream.Count + recorded.Count, commit, place);

        RecordedStep StepOf(IEvent e) => RecordedStep.Of(e.Data, e.Id, e.Sequence, e.Timestamp.ToUniversalTime(), analyst.Value)!;
    }

    /// <summary>Whether another forecaster than this one was the first to state the seal on the question, or has revealed it.</summary>
    private static async Task<bool> IsCopiedAsync(IQuerySession session, QuestionSlug slug, ForecasterName analyst, string seal, CancellationToken token)
    {
        var stated = (await ForecastLog.OnQuestionAsync(session, slug.Value, knownAt: null, token)).Where(s => s.Statement?.Seal == seal);
        var known = SealOnRecord.Of(stated.Select(s => new SealedStep(s.Forecaster, s.MadeAt, s.Statement!, !s.Imported)));
        return known is not null && known.First != analyst.Value;
    }
}
