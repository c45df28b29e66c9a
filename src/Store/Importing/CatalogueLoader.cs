using Domain;
using Domain.Catalogue;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Marten;
using Store.Appending;

namespace Store.Importing;

/// <summary>Records the built-in catalogue: its questions with their evidence and outcomes, the document's forecasts, and the references'.</summary>
public static class CatalogueLoader
{
    private const string Actor = "built-in:catalogue";
    private const string Reviewer = "built-in:review";

    /// <summary>Loads the catalogue once, in one transaction. A second call finds the document registered and does nothing.</summary>
    /// <returns>Whether it was loaded by this call.</returns>
    public static async Task<bool> LoadOnceAsync(IDocumentStore store, TimeProvider clock, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        var document = StreamKeys.Analyst(BriefCatalogue.Document);
        if (await session.LoadAsync<Analyst>(document, token) is not null)
            return false;

        var now = clock.GetUtcNow().ToMicroseconds();
        session.LastModifiedBy = Actor;
        session.Start<Analyst>(document, [new AnalystRegistered(BriefCatalogue.Document, BriefCatalogue.DocumentTitle, ForecasterKind.Document, [])], now);
        foreach (var entry in BriefCatalogue.Questions)
            Record(session, entry, now);
        try
        {
            await session.SaveChangesAsync(token);
            return true;
        }
        catch (Exception e) when (e is JasperFx.Events.ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException)
        {
            // Another node that started at the same time was first.
            return false;
        }
    }

    private static void Record(IDocumentSession session, CatalogueQuestion entry, DateTimeOffset now)
    {
        var evidence = BriefCatalogue
            .Evidence.Where(e => e.Questions.Contains(entry.Group) && e.OccurredAt < entry.ClosesAt)
            .OrderBy(e => e.OccurredAt)
            .ToList();
        var draft = entry.ToDraft();
        if (QuestionDecisions.Draft(draft) is { IsRefused: true } refused)
            throw new InvalidOperationException($"{entry.Slug}: {refused.Refusals[0].Detail}");
        var outcome = entry.Outcome;
        object settled =
            outcome.Outcome == OutcomeText.Annulled
                ? new QuestionAnnulled(outcome.KnownAt, outcome.Reason, outcome.Evidence, Actor, Reviewer)
                : new QuestionResolved(outcome.Outcome, outcome.KnownAt, outcome.Reason, outcome.Evidence, Actor, Reviewer);
        session.Start<Question>(
            StreamKeys.Question(entry.Slug),
            [
                draft,
                new QuestionOpened(entry.OpensAt),
                .. evidence.Select(e => new EvidenceLogged(e.OccurredAt, e.Title, e.Source, null)),
                new QuestionClosed(entry.ClosesAt),
                new ResolutionProposed(ProposalKind.Resolution, outcome.Outcome, outcome.KnownAt, outcome.Reason, outcome.Evidence, Actor),
                settled,
            ],
            now
        );

        if (entry.Stated is { } stated)
        {
            Start(
                session,
                new QuestionSlug(entry.Slug),
                new ForecasterName(BriefCatalogue.Document),
                ForecasterKind.Document,
                now,
                [(entry.OpensAt, new Statement(Probability: stated.Probability, Verbal: stated.Verbal), $"The brief's words: “{stated.Words}”.")]
            );
        }

        RecordReferences(session, entry, evidence, now);
    }

    private static void RecordReferences(IDocumentSession session, CatalogueQuestion entry, List<CatalogueEvidence> evidence, DateTimeOffset now)
    {
        var question = Question.Drafted("", entry.ToDraft());
        var options = question.Options.Count;
        if (options == 0)
            return;
        Start(
            session,
            new QuestionSlug(entry.Slug),
            new ForecasterName(ReferenceForecasters.The<Uniform>().Forecaster),
            ForecasterKind.Reference,
            now,
            [(entry.OpensAt, Stated(Uniform.Over(options)), null)]
        );
        if (OutcomeText.Parse(question, entry.StatusQuo) is not OutcomeValue.Option(var standing))
            return;
        Start(
            session,
            new QuestionSlug(entry.Slug),
            new ForecasterName(ReferenceForecasters.The<StatusQuo>().Forecaster),
            ForecasterKind.Reference,
            now,
            [(entry.OpensAt, Stated(StatusQuo.CertainOf(standing, options)), null)]
        );
        if (!entry.Type.IsYesOrNo())
            return;
        var until = entry.Outcome.KnownAt < entry.ClosesAt ? entry.Outcome.KnownAt : entry.ClosesAt;
        var steps = ConstantHazard.Steps(entry.OpensAt, entry.ClosesAt, standing == 0, evidence.Select(e => e.OccurredAt), until);
        Start(
            session,
            new QuestionSlug(entry.Slug),
            new ForecasterName(ReferenceForecasters.The<ConstantHazard>().Forecaster),
            ForecasterKind.Reference,
            now,
            [.. steps.Select(s => (s.MadeAt, Stated(s.Prediction!), (string?)null))]
        );
    }

    private static void Start(
        IDocumentSession session,
        QuestionSlug question,
        ForecasterName forecaster,
        ForecasterKind kind,
        DateTimeOffset now,
        IReadOnlyList<(DateTimeOffset MadeAt, Statement Statement, string? Rationale)> steps
    ) =>
        session.Start<Forecast>(
            StreamKeys.Forecast(question, forecaster),
            steps.Select(
                (s, i) =>
                    i == 0
                        ? (object)new ForecastSubmitted(question, forecaster, kind, s.MadeAt, s.Statement, s.Rationale, [], null, Imported: true)
                        : new ForecastRevised(question, forecaster, kind, s.MadeAt, s.Statement, s.Rationale, [], null, Imported: true)
            ),
            now
        );

    private static Statement Stated(Prediction prediction)
    {
        var probabilities = ((Prediction.Categorical)prediction).Probabilities;
        return probabilities.Length == 2 ? new Statement(Probability: probabilities[0]) : new Statement(Probabilities: probabilities);
    }
}
