using Api.Audit;
using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Questions;
using Domain.Scoring.Generations;
using Marten;
using Store.Bundles;
using Store.Ledger;
using Store.Reading;

namespace Api.Scores;

/// <summary>A generation of scores as a file from which anybody computes it again.</summary>
public static class ScoreBundles
{
    /// <summary>Maps <c>GET /questions/{slug}/scores/{generation}/bundle</c>.</summary>
    public static void MapScoreBundles(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/scores/{generation:long}/bundle", BundleAsync)
            .WithTags("Scores")
            .RequireAuthorization(Policies.AnyRole)
            .Streams(anyBody: false)
            .Knows()
            .Produces<object>();

    /// <summary>Give a generation of scores with everything from which it is computed, proven</summary>
    /// <remarks>
    /// The events of the question, of the forecasts on it and of the generation, and of other questions the generations that it rests on, each with what opens
    /// its leaf and the proof that it is in the ledger.
    /// `forecasts ledger recompute` proves them and computes the scores again, offline.
    /// </remarks>
    public static async Task<IResult> BundleAsync(string slug, long generation, HttpContext http, IQuerySession session, LedgerReader ledger)
    {
        var token = http.RequestAborted;
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug), token) is null)
            return QuestionEndpoints.Missing(slug);
        var scorings = await session.Events.FetchStreamAsync(StreamKeys.Scoring(slug), token: token);
        if (scorings.FirstOrDefault(e => e.Data is QuestionScored s && s.Generation == generation) is not { } scored)
            return Problem.NotFound($"'{slug}' has no generation {generation} of scores.");
        var last = ((QuestionScored)scored.Data).LastEventRead;
        var question = await session.Events.FetchStreamAsync(StreamKeys.Question(slug), token: token);
        var steps = await ForecastLog.OnQuestionAsync(session, slug, knownAt: null, token);
        var others = await OtherQuestions.EventsAsync(session, (QuestionScored)scored.Data, scored.Sequence, token);
        List<Guid> events =
        [
            .. question.Where(e => e.Sequence <= last).Select(e => e.Id),
            .. steps.Where(s => s.Sequence <= last).Select(s => s.EventId),
            scored.Id,
            .. others ?? [],
        ];
        var leaves = await ledger.OpenAsync(events, token);
        if (leaves.Count < events.Count || await ledger.CheckpointOverAsync(leaves.Max(l => l.Index), token) is not { } checkpoint)
            return Problem.NotFound("Not everything that the scores rest on is in the ledger. What was just recorded is there within a second.");
        var proofs = await ledger.InclusionsAsync([.. leaves.Select(l => l.Index)], checkpoint.Checkpoint.Size, token);
        var proven = leaves.Zip(proofs, (leaf, proof) => new ProvenLeaf(leaf.Index, proof.Hashes, leaf.Opened.ShownTo(http)));
        var bundle = new ScoreBundle(slug, (int)generation, checkpoint, [.. proven], others is not null);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{slug}-{generation}.score.json\"";
        return EntityTags.Tagged(http, bundle.Write(), "application/json; charset=utf-8");
    }
}
