using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Store.Appending;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace Worker.ScoringQuestions;

/// <summary>Computes and appends generations of one question's scores.</summary>
internal static class Generations
{
    /// <summary>
    /// Appends a generation for each claim about the question that has none yet, in the order of its log. Other scorings wait until the session saves or ends,
    /// so that each generation rests on every one before it.
    /// </summary>
    /// <returns>The generations; none if the latest one belongs to the last claim.</returns>
    /// <remarks>
    /// The trigger lies below the store's high-water mark. Every event with a lower sequence is committed, and the log reads the events themselves, so nothing
    /// recorded before the resolution can be missing here.
    /// </remarks>
    public static async Task<IReadOnlyList<QuestionScored>> AppendAsync(IDocumentSession session, string slug, DateTimeOffset now, CancellationToken token)
    {
        var last = await ScoringOrder.HoldAsync(session, token);
        var latest = await GenerationLog.LatestHeadAsync(session, slug, token);
        var made = new List<QuestionScored>();
        var claims = PendingScorings.Unscored(await OutcomeClaims.OfAsync(session, slug, token), latest).ToList();
        foreach (var claim in claims)
        {
            try
            {
                made.Add(
                    await ComputeAsync(session, slug, claim, claim.Trigger, (latest?.Generation ?? 0) + made.Count + 1, RuleSet.Current, last, claim.At, token)
                );
            }
            catch (Exception e) when (claim != claims[^1] && e is InvalidOperationException or ArgumentException or ArithmeticException)
            {
                // An outcome that no longer stands must not prevent the scoring of the one that does.
            }
        }

        Append(session, made, now);
        return made;
    }

    /// <summary>Scores a question against a claim, with everything that is recorded by now.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="claim">The outcome.</param>
    /// <param name="trigger">Why it is scored.</param>
    /// <param name="number">The generation's number.</param>
    /// <param name="rules">The version of the rules.</param>
    /// <param name="restsOn">The sequence of the last generation on record.</param>
    /// <param name="outcomesAsOf">The instant up to which it includes outcomes, in the order in which they became known.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<QuestionScored> ComputeAsync(
        IQuerySession session,
        string slug,
        OutcomeClaim claim,
        GenerationTrigger trigger,
        int number,
        RuleSet rules,
        long restsOn,
        DateTimeOffset outcomesAsOf,
        CancellationToken token
    )
    {
        var question =
            await session.LoadAsync<Question>(StreamKeys.Question(slug), token) ?? throw new InvalidOperationException($"There is no question '{slug}'.");
        var (rows, lastRead) = ((IReadOnlyList<ScoreRow>)[], await LastEventAsync(session, question, token));
        if (claim.Settles)
        {
            var steps = await ForecastLog.OnQuestionAsync(session, slug, knownAt: null, token);
            rows = QuestionScoring.Score(
                rules,
                await ScoringInputs.ForAsync(session, question, claim.Outcome, claim.KnownAt, steps.ToTimelines(), restsOn, token)
            );
            if (steps.Count > 0)
                lastRead = Math.Max(lastRead, steps[^1].Sequence);
        }

        return new QuestionScored(slug, number, rules.Version, trigger, claim.Event, lastRead, claim.Outcome, claim.KnownAt, rows, restsOn, outcomesAsOf);
    }

    /// <summary>Appends generations of one question to its stream, which must still end with the one before them.</summary>
    public static void Append(IDocumentSession session, IReadOnlyList<QuestionScored> generations, DateTimeOffset now)
    {
        if (generations.Count == 0)
            return;
        var stream = StreamKeys.Scoring(generations[0].Question);
        if (generations[0].Generation == 1)
            session.Start<Scorings>(stream, generations, now);
        else
            session.Append(stream, generations[0].Generation - 1, generations, now);
    }

    /// <summary>Whether two generations give the same scores against the same outcome by the same rules.</summary>
    public static bool SayTheSame(QuestionScored a, QuestionScored b) =>
        a.RuleSet == b.RuleSet && a.Outcome == b.Outcome && a.KnownAt.ToMicroseconds() == b.KnownAt.ToMicroseconds() && ScoreRows.Same(a.Rows, b.Rows);

    // At the version that was read. Later events of the question are handled another time.
    private static async Task<long> LastEventAsync(IQuerySession session, Question question, CancellationToken token) =>
        (await session.Events.FetchStreamAsync(question.Id, question.Version, fromVersion: question.Version, token: token))[^1].Sequence;
}
