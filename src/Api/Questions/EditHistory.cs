using System.Globalization;
using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Requests;
using Domain;
using Domain.Questions;
using Marten;
using Store.Ledger;
using Store.Reading;

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

/// <summary>The edits of a question, a page of them.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Count">How many edits there are, on all pages.</param>
/// <param name="Steps">The edits of the page, in its order.</param>
/// <param name="Next">The cursor of the next page; left out where there is none.</param>
public sealed record EditsAnswer(string Question, int Count, IReadOnlyList<EditStep> Steps, string? Next = null);

/// <summary>Reads what was edited of a question, by whom and when.</summary>
public static class EditHistory
{
    private const string FirstFirst = "first";
    private const string LatestFirst = "latest";

    private static readonly QueryParameter Order = QueryParameter.OneOf(
        "order",
        [FirstFirst, LatestFirst],
        "Which edits come first: those that were made first, or the latest.",
        otherwise: FirstFirst
    );

    /// <summary>Maps <c>GET /questions/{slug}/edits</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/edits", GetAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([.. PageParameters.All, QueryParameters.KnownAt, Order])
            .Produces<EditsAnswer>();

    /// <summary>Show the edits of a question, with before and after</summary>
    /// <remarks>A page ends before its limit where its edits have more than 1 MiB.</remarks>
    public static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session, LedgerReader ledger)
    {
        var token = http.RequestAborted;
        var order = http.Request.Text(Order) ?? FirstFirst;
        if (order is not (FirstFirst or LatestFirst))
            throw new ParameterException(Order.Name, $"'{Order.Name}' is {FirstFirst} or {LatestFirst}.");
        var wanted = new EditsWanted(After(http.Request), order == LatestFirst, http.Request.Instant(QueryParameters.KnownAt), http.Request.Limit());
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug), token) is not { } question)
            return QuestionEndpoints.Missing(slug);
        var (edits, goesOn) = await QuestionEdits.PageAsync(session, question, wanted, token);
        var count = await QuestionEdits.CountAsync(session, question, wanted.KnownAt, token);
        var leaves = await ledger.IndexesAsync([.. edits.Select(e => e.EventId)], token);
        var steps = edits.Select(e => new EditStep(
            e.EventId,
            e.RecordedAt,
            e.Actor,
            EditedFields.Of(e.Edit.Before, e.Before),
            EditedFields.Of(e.Edit.After, e.After),
            leaves.TryGetValue(e.EventId, out var leaf) ? leaf : null
        ));
        var next = goesOn ? Cursors.Of(edits[^1].Version.ToString(CultureInfo.InvariantCulture)) : null;
        return EntityTags.Tagged(http, new EditsAnswer(slug, count, [.. steps], next));
    }

    private static long? After(HttpRequest request) =>
        request.Cursor() is not { } cursor ? null
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new ParameterException("cursor", "'cursor' is not one that this service gave out for the edits of a question.");
}
