using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Forecasts;
using Domain.Ledger.Leaves;
using Domain.People;
using Domain.Questions;
using Marten;
using Microsoft.Extensions.Options;
using Store.GroupCommit;
using Store.Revealing;

namespace Api.Forecasts;

/// <summary>What opens a seal.</summary>
/// <param name="Salt">The salt that the seal was made with: the base64 of 32 bytes.</param>
/// <param name="Statement">
/// The statement that was sealed: an object with <c>probability</c>, <c>probabilities</c> or <c>quantiles</c>, numbers and texts as they were sealed.
/// </param>
/// <param name="Rationale">Why; what was said with the seal where it is left out.</param>
/// <param name="Step">The id of the step to reveal, as the forecast's history shows it; every step with this seal where it is left out.</param>
public sealed record RevealBody(
    [property: StringLength(44, MinimumLength = 44)] string Salt,
    JsonElement Statement,
    [property: StringLength(ForecastDecisions.MaxRationale)] string? Rationale = null,
    Guid? Step = null
);

/// <summary>What was sealed: exactly one of the three.</summary>
/// <param name="Probability">How probable yes is, from 0 to 1; for binary questions.</param>
/// <param name="Probabilities">A probability for each option; they sum to 1.</param>
/// <param name="Quantiles">Points of the distribution function, by rising levels and values; for questions of numbers and dates.</param>
public sealed record StatementToReveal(
    double? Probability = null,
    IReadOnlyDictionary<string, double>? Probabilities = null,
    IReadOnlyList<QuantileBody>? Quantiles = null
);

/// <summary>Reveals a sealed forecast of one's own.</summary>
public static class Reveal
{
    /// <summary>Maps <c>POST /questions/{slug}/forecast/reveal</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions/{slug}/forecast/reveal", RevealAsync).RequireAuthorization(Policies.Forecast).Knows().Produces<ForecastAnswer>();

    /// <summary>Reveal one's sealed forecast</summary>
    /// <remarks>
    /// From the question's close on, also after the outcome; the same again changes nothing. Salt and statement must make the seal: its SHA-256 is taken over
    /// `forecasts/sealed/v1`, a byte 0, the salt and the statement in the spelling of RFC 8785. What was sealed counts from the sealing on; where the question
    /// has an outcome it is scored again.
    /// </remarks>
    /// <param name="body" example='{"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","statement":{"probability":0.7}}'>What opens the seal.</param>
    public static async Task<IResult> RevealAsync(
        string slug,
        RevealBody body,
        HttpContext http,
        IDocumentSession session,
        QuestionCache questions,
        ForecastReceipts receipts,
        IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> options
    )
    {
        if (await questions.FindAsync(slug, http.RequestAborted) is not { } question)
            return QuestionEndpoints.Missing(slug);
        if (!Salt.Parse(body.Salt).Is(out var salt, out _))
            return Problem.Invalid("salt", "A salt is the base64 of 32 bytes (RFC 4648, section 4): 44 characters.");
        if (Read(body.Statement, options.Value.SerializerOptions) is not { } stated)
        {
            return Problem.Invalid(
                "statement",
                """A sealed statement is one of {"probability":…}, {"probabilities":{…}} and {"quantiles":[{"p":…,"value":…}]}, and has nothing else."""
            );
        }

        if (!SealedStatement.Of(salt, JsonMarshal.GetRawUtf8Value(body.Statement)).Is(out var opened, out var malformed))
            return Problem.Invalid("statement", $"{malformed.Reason}.");
        if (
            new ForecastBody(stated.Probability, Probabilities: stated.Probabilities, Quantiles: stated.Quantiles).ToStatement(question, out var problem)
            is not { } statement
        )
            return problem!;
        var outcome = await session.RevealAsync(
            new QuestionSlug(slug),
            new ForecasterName(http.Caller().Slug),
            new RevealCommand(opened, statement, body.Rationale is "" ? null : body.Rationale, body.Step),
            Revelations.Reveal,
            EntityTags.Expected(http),
            http.Now(),
            http.RequestAborted
        );
        return outcome switch
        {
            RevealOutcome.Revealed revealed => Answer(revealed),
            RevealOutcome.Refused refused => Problem.For(refused.Decision),
            RevealOutcome.Stale stale => EntityTags.Stale(http, stale.Version)!,
            _ => QuestionEndpoints.Missing(slug),
        };

        IResult Answer(RevealOutcome.Revealed revealed)
        {
            http.Response.Headers.ETag = EntityTags.OfVersion(revealed.Version);
            if (revealed.Commit is { } commit)
                receipts.Give(http, commit, revealed.Place);
            return Results.Ok(ForecastEndpoints.Answer(revealed.Question, revealed.Step));
        }
    }

    private static StatementToReveal? Read(JsonElement statement, JsonSerializerOptions json)
    {
        try
        {
            return statement.Deserialize<StatementToReveal>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
