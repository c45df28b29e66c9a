using System.ComponentModel.DataAnnotations;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;
using Store.Appending;

namespace Api.Questions;

/// <summary>A question as it is asked.</summary>
/// <param name="Slug">The name by which the question is addressed; it never changes.</param>
/// <param name="Title">The question in a sentence.</param>
/// <param name="ResolutionCriteria">By what the outcome will be decided.</param>
/// <param name="Type">What kind of outcome the question has.</param>
/// <param name="OpensAt">The instant from which forecasts are taken, this instant included.</param>
/// <param name="ClosesAt">The instant from which no forecast is taken any more; after <paramref name="OpensAt"/>.</param>
/// <param name="ResolvesBy">The instant by which the outcome is expected; not before <paramref name="ClosesAt"/>.</param>
/// <param name="Background">What forecasters should know.</param>
/// <param name="Options">The options of a multiple-choice or ordered question, in their order; left out for every other type.</param>
/// <param name="Range">The range of a question of numbers or dates; left out for every other type.</param>
/// <param name="Unit">The unit of a number, as text.</param>
/// <param name="SpotAt">The instant at which spot scores are taken: after the opening and not after <paramref name="ResolvesBy"/>.</param>
/// <param name="Tags">The tags by which questions are found and boards are narrowed.</param>
/// <param name="Source">The document that the question was taken from.</param>
/// <param name="Condition">The outcome of another question on which this one depends.</param>
/// <param name="Group">The name of a group of questions that hang together; they are resampled as one.</param>
/// <param name="StatusQuo">The outcome if nothing changes, which the reference <c>status-quo</c> states.</param>
public sealed record DraftQuestion(
    [property: RegularExpression(StreamKeys.SlugPattern)] string Slug,
    [property: StringLength(QuestionDecisions.MaxTitle, MinimumLength = 1)] string Title,
    [property: StringLength(QuestionDecisions.MaxCriteria, MinimumLength = 1)] string ResolutionCriteria,
    QuestionType Type,
    DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt,
    DateTimeOffset ResolvesBy,
    [property: StringLength(QuestionDecisions.MaxBackground)] string Background = "",
    [property: MaxLength(QuestionDecisions.MaxOptions)] IReadOnlyList<string>? Options = null,
    RangeBody? Range = null,
    [property: StringLength(QuestionDecisions.MaxUnit)] string? Unit = null,
    DateTimeOffset? SpotAt = null,
    [property: MaxLength(QuestionDecisions.MaxTags)] IReadOnlyList<string>? Tags = null,
    QuestionSource? Source = null,
    QuestionCondition? Condition = null,
    [property: StringLength(QuestionDecisions.MaxGroup, MinimumLength = 1)] string? Group = null,
    string? StatusQuo = null
);

/// <summary>Asks a question.</summary>
public static class Draft
{
    /// <summary>Maps <c>POST /questions</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/questions", DraftAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>(201);

    /// <summary>Draft a question</summary>
    /// <param name="command" example='{"slug":"rain","title":"Will it rain?","resolutionCriteria":"Yes if the gauge shows 1 mm.","type":"binary",
    /// "opensAt":"2026-01-01T00:00:00Z","closesAt":"2036-01-01T00:00:00Z","resolvesBy":"2036-02-01T00:00:00Z","tags":["weather"]}'>The question.</param>
    public static async Task<IResult> DraftAsync(DraftQuestion command, HttpContext http, IDocumentSession session)
    {
        if (command.Range is { } body && body.ToRange(command.Type) is null)
        {
            return Problem.Invalid("range", RangeBody.Expected);
        }

        if (command.Type.IsYesOrNo() && command.Options is { Count: > 0 })
        {
            return Problem.Invalid("options", "A binary question has the options yes and no, and names none itself.");
        }

        var decision = QuestionDecisions.Draft(
            new QuestionDrafted(
                command.Slug,
                command.Title,
                command.Background,
                command.ResolutionCriteria,
                command.Type,
                command.Type.IsYesOrNo() ? ["yes", "no"] : command.Options ?? [],
                command.Range?.ToRange(command.Type),
                command.Unit is "" ? null : command.Unit,
                command.OpensAt,
                command.ClosesAt,
                command.ResolvesBy,
                command.SpotAt,
                command.Tags ?? [],
                command.Source,
                command.Condition,
                command.Group,
                command.StatusQuo is "" ? null : command.StatusQuo
            )
        );
        if (decision.IsRefused)
            return Problem.For(decision);
        var key = StreamKeys.Question(command.Slug);
        if (await session.LoadAsync<Question>(key, http.RequestAborted) is not null)
        {
            return Problem.Of(409, "conflict", "Slug taken", $"There is a question '{command.Slug}' already; choose another slug.");
        }

        if (await session.Events.FetchStreamStateAsync(key, http.RequestAborted) is not null)
        {
            return Problem.Of(
                409,
                "conflict",
                "Slug taken",
                $"There was a draft '{command.Slug}', which was dropped, and its slug is not given out again; choose another slug."
            );
        }

        if (command.Condition is { } condition)
        {
            await session.BeginTransactionAsync(http.RequestAborted);
            if (await Conditions.HoldAsync(session, condition, http.RequestAborted) is { } unmet)
                return Problem.For(unmet);
        }

        session.Start<Question>(key, decision.Events, http.Now());
        await http.SaveAsync(session);
        var drafted = Question.Drafted(key, (QuestionDrafted)decision.Events[0]) with { Version = 1 };
        http.Response.Headers.ETag = EntityTags.OfVersion(1);
        return Results.Created($"/questions/{command.Slug}", QuestionAnswer.Of(drafted));
    }
}
