using Api.Authorization;
using Api.Endpoints;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;
using Store.Ledger;

namespace Api.Questions;

/// <summary>Some fields of a question: those that an edit changed, where they had a value.</summary>
/// <param name="Title">The question in a sentence.</param>
/// <param name="Background">What forecasters should know.</param>
/// <param name="ResolutionCriteria">By what the outcome will be decided.</param>
/// <param name="Type">What kind of outcome the question has.</param>
/// <param name="Options">The options in their order; none for a question with a range.</param>
/// <param name="Range">The range of a question of numbers or dates.</param>
/// <param name="Unit">The unit of a number.</param>
/// <param name="OpensAt">The instant from which forecasts are taken, included.</param>
/// <param name="ClosesAt">The instant from which no forecast is taken any more.</param>
/// <param name="ResolvesBy">The instant by which the outcome is expected.</param>
/// <param name="SpotAt">The instant at which spot scores are taken.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Source">The document that the question was taken from.</param>
/// <param name="Condition">The outcome of another question on which this one depends.</param>
/// <param name="Group">The group of questions that hang together.</param>
/// <param name="StatusQuo">The outcome if nothing changes.</param>
public sealed record EditedFields(
    string? Title,
    string? Background,
    string? ResolutionCriteria,
    QuestionType? Type,
    IReadOnlyList<string>? Options,
    RangeBody? Range,
    string? Unit,
    DateTimeOffset? OpensAt,
    DateTimeOffset? ClosesAt,
    DateTimeOffset? ResolvesBy,
    DateTimeOffset? SpotAt,
    IReadOnlyList<string>? Tags,
    QuestionSource? Source,
    QuestionCondition? Condition,
    string? Group,
    string? StatusQuo
)
{
    internal static EditedFields Of(QuestionFields fields, QuestionType type) =>
        new(
            fields.Title,
            fields.Background,
            fields.ResolutionCriteria,
            fields.Type,
            fields.Options,
            RangeBody.Of(type, fields.Range),
            fields.Unit,
            fields.OpensAt,
            fields.ClosesAt,
            fields.ResolvesBy,
            fields.SpotAt,
            fields.Tags,
            fields.Source,
            fields.Condition,
            fields.Group,
            fields.StatusQuo
        );
}

/// <summary>One edit of a question.</summary>
/// <param name="EventId">The id of its event.</param>
/// <param name="RecordedAt">When it was made.</param>
/// <param name="Actor">Who made it.</param>
/// <param name="Before">What changed, as it was. What had no value is left out.</param>
/// <param name="After">What changed, as it was from then on. What was removed is left out.</param>
/// <param name="LedgerIndex">The index of its leaf in the ledger; left out where it has none (yet).</param>
public sealed record EditStep(Guid EventId, DateTimeOffset RecordedAt, string? Actor, EditedFields Before, EditedFields After, long? LedgerIndex = null);

/// <summary>Every edit of a question.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Steps">The edits, in the order in which they were made.</param>
public sealed record EditsAnswer(string Question, IReadOnlyList<EditStep> Steps);

/// <summary>Reads what was edited of a question, by whom and when.</summary>
public static class EditHistory
{
    /// <summary>Maps <c>GET /questions/{slug}/edits</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/questions/{slug}/edits", GetAsync).RequireAuthorization(Policies.Read).Knows().Produces<EditsAnswer>();

    /// <summary>Show the edits of a question, with before and after</summary>
    public static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session, LedgerReader ledger)
    {
        var key = StreamKeys.Question(slug);
        if (await session.LoadAsync<Question>(key, http.RequestAborted) is not { } question)
            return QuestionEndpoints.Missing(slug);
        var steps = new List<EditStep>();
        Question? then = null;
        foreach (var e in await session.Events.FetchStreamAsync(key, question.Version, token: http.RequestAborted))
        {
            var before = then;
            then = Question.Folded(then, key, e.Data, e.Id, e.Version);
            if (e.Data is QuestionEdited edit)
            {
                steps.Add(
                    new EditStep(
                        e.Id,
                        e.Timestamp.ToUniversalTime(),
                        e.UserName,
                        EditedFields.Of(edit.Before, before!.Type),
                        EditedFields.Of(edit.After, then!.Type)
                    )
                );
            }
        }

        var leaves = await ledger.IndexesAsync([.. steps.Select(s => s.EventId)], http.RequestAborted);
        return EntityTags.Tagged(
            http,
            new EditsAnswer(slug, [.. steps.Select(s => leaves.TryGetValue(s.EventId, out var i) ? s with { LedgerIndex = i } : s)])
        );
    }
}
