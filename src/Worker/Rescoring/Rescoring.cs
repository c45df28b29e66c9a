using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using JasperFx;
using Marten;
using Store.Appending;
using Store.Scoring;
using Store.Views;
using Worker.ScoringQuestions;

namespace Worker.Rescoring;

/// <summary>What to score again.</summary>
/// <param name="Question">One question's slug; null for every scored question.</param>
/// <param name="RuleSet">The version of the rules.</param>
/// <param name="DryRun">Whether to report the changes without making them.</param>
public sealed record RescoringRequest(string? Question, string RuleSet, bool DryRun);

/// <summary>One question that has been scored again.</summary>
/// <param name="Question">The question.</param>
/// <param name="Changed">Whether its scores, or the rule set they are by, are others than those of its latest generation.</param>
/// <param name="Appended">Whether a generation was appended because of that; a dry run appends none.</param>
/// <param name="Changes">Every score that changed.</param>
/// <param name="Done">How many questions are done, this one among them, in this run and in what an interrupted one did before.</param>
/// <param name="Of">How many there are.</param>
public sealed record RescoredQuestion(QuestionSlug Question, bool Changed, bool Appended, IReadOnlyList<ScoreChange> Changes, int Done, int Of);

/// <summary>
/// Scores questions again, one after the other by name, and appends a generation where anything changed. The progress of a run is saved with its generations.
/// If it is interrupted, the next run continues from there.
/// </summary>
public sealed class Rescoring(IDocumentStore store, TimeProvider clock)
{
    private const int PageSize = 50;
    private const int Tries = 5;

    /// <exception cref="ArgumentException">There is no such rule set.</exception>
    public async IAsyncEnumerable<RescoredQuestion> RunAsync(
        RescoringRequest request,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RuleSet.Named(request.RuleSet) is null)
            throw new ArgumentException(RuleSet.Refusal(request.RuleSet), nameof(request));

        var run = await BeginAsync(request, token);
        var total = run.Done + await ScoredQuestions.CountAfterAsync(store, request.Question, run.After, token);
        while (true)
        {
            var page = await ScoredQuestions.AfterAsync(store, request.Question, run.After, PageSize, token);
            if (page.Count == 0)
                break;
            List<RescoredQuestion> rescored;
            (run, rescored) = await PageAsync(request, run, page, total, token);
            foreach (var question in rescored)
                yield return question;
        }

        if (!request.DryRun)
            await EndAsync(run, token);
    }

    private async Task<(RescoringRun Run, List<RescoredQuestion> Questions)> PageAsync(
        RescoringRequest request,
        RescoringRun run,
        IReadOnlyList<string> page,
        int total,
        CancellationToken token
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var session = store.LightweightSession();
                session.LastModifiedBy = "rescore";
                // The scores of a page rest on the state before the page. The worker scores the questions again that rest on the page's changes.
                var last = request.DryRun ? await ScoringOrder.LastAsync(session, token) : await ScoringOrder.HoldAsync(session, token);
                var rescored = new List<RescoredQuestion>();
                foreach (var slug in page)
                    rescored.Add(await OneAsync(session, request, slug, last, run.Done + rescored.Count + 1, total, token));
                var next = run with { After = page[^1], Done = run.Done + page.Count };
                if (!request.DryRun)
                {
                    session.Store(next);
                    await session.SaveChangesAsync(token);
                }

                return (next, rescored);
            }
            catch (ConcurrencyException) when (attempt < Tries)
            {
                // A question has been scored in the meantime. The page is computed again from the current state.
            }
        }
    }

    private async Task<RescoredQuestion> OneAsync(
        IDocumentSession session,
        RescoringRequest request,
        string slug,
        long last,
        int done,
        int total,
        CancellationToken token
    )
    {
        var found = await GenerationLog.FindAsync(session, slug, null, token);
        var claims = await OutcomeClaims.OfAsync(session, slug, token);
        if (found is not var (latest, _) || claims.Count == 0)
            return new RescoredQuestion(new QuestionSlug(slug), Changed: false, Appended: false, [], done, total);

        var claim = claims[^1];
        var asOf = latest.OutcomesAsOf is { } reached && reached > claim.At ? reached : claim.At;
        var trigger =
            claim.Event > latest.TriggerEvent ? claim.Trigger
            : latest.RuleSet == request.RuleSet ? GenerationTrigger.Rescoring
            : GenerationTrigger.RuleSet;
        var generation = await Generations.ComputeAsync(
            session,
            slug,
            claim,
            trigger,
            latest.Generation + 1,
            RuleSet.Named(request.RuleSet)!,
            last,
            asOf,
            token
        );
        var changed = !Generations.SayTheSame(latest, generation);
        if (changed && !request.DryRun)
            Generations.Append(session, [generation], clock.GetUtcNow().ToMicroseconds());
        return new RescoredQuestion(
            new QuestionSlug(slug),
            changed,
            changed && !request.DryRun,
            ScoreChanges.Between(latest.Rows, generation.Rows),
            done,
            total
        );
    }

    private async Task<RescoringRun> BeginAsync(RescoringRequest request, CancellationToken token)
    {
        var id = $"{request.RuleSet}/{request.Question ?? "*"}";
        var fresh = new RescoringRun { Id = id, StartedAt = clock.GetUtcNow() };
        if (request.DryRun)
            return fresh;
        await using var session = store.QuerySession();
        return await session.LoadAsync<RescoringRun>(id, token) is { FinishedAt: null } interrupted ? interrupted : fresh;
    }

    private async Task EndAsync(RescoringRun run, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        session.Store(run with { FinishedAt = clock.GetUtcNow() });
        await session.SaveChangesAsync(token);
    }
}
