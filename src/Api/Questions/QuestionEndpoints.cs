using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Appending;
using Store.Reading;

namespace Api.Questions;

public sealed record DraftQuestion(
    string Slug,
    string Title,
    string ResolutionCriteria,
    QuestionType Type,
    DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt,
    DateTimeOffset ResolvesBy,
    string Background = "",
    IReadOnlyList<string>? Options = null,
    RangeBody? Range = null,
    string? Unit = null,
    DateTimeOffset? SpotAt = null,
    IReadOnlyList<string>? Tags = null,
    QuestionSource? Source = null,
    QuestionCondition? Condition = null,
    string? Group = null,
    string? StatusQuo = null
);

public sealed record Reschedule(DateTimeOffset ClosesAt, string Reason = "");

public sealed record Clarify(string Text);

public sealed record LogEvidence(DateTimeOffset OccurredAt, string Title, string Source, string? Url = null);

/// <summary>Questions: asked, opened, closed, clarified, and read as of any instant.</summary>
public static class QuestionEndpoints
{
    /// <summary>How many questions are folded from their events in one go.</summary>
    private const int FoldedAtOnce = 200;

    public static void MapQuestions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/questions", DraftAsync).RequireAuthorization(Policies.WriteQuestions).Knows().Produces<QuestionAnswer>(201);
        routes
            .MapGet("/questions", ListAsync)
            .RequireAuthorization(Policies.Read)
            .Knows("status", "type", "tag", "group", "q", "asOf", "knownAt", "limit", "cursor")
            .Produces<Page<QuestionAnswer>>();
        routes
            .MapGet("/questions/{slug}", GetAsync)
            .LimitsConcurrency()
            .RequireAuthorization(Policies.Read)
            .Knows("asOf", "knownAt")
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/open",
                (string slug, HttpContext http, IDocumentSession session) => session.ChangeAsync(http, slug, QuestionDecisions.Open)
            )
            .RequireAuthorization(Policies.WriteQuestions)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/close",
                (string slug, HttpContext http, IDocumentSession session) => session.ChangeAsync(http, slug, QuestionDecisions.Close)
            )
            .RequireAuthorization(Policies.WriteQuestions)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/reschedule",
                (string slug, Reschedule command, HttpContext http, IDocumentSession session) =>
                    session.ChangeAsync(http, slug, (q, now) => QuestionDecisions.Reschedule(q, command.ClosesAt, command.Reason, now))
            )
            .RequireAuthorization(Policies.WriteQuestions)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/clarifications",
                (string slug, Clarify command, HttpContext http, IDocumentSession session) =>
                    session.ChangeAsync(http, slug, (q, now) => QuestionDecisions.Clarify(q, command.Text, now))
            )
            .RequireAuthorization(Policies.WriteQuestions)
            .Knows()
            .Produces<QuestionAnswer>();
        routes
            .MapPost(
                "/questions/{slug}/evidence",
                (string slug, LogEvidence command, HttpContext http, IDocumentSession session) =>
                    session.ChangeAsync(
                        http,
                        slug,
                        (_, now) => QuestionDecisions.LogEvidence(new EvidenceLogged(command.OccurredAt, command.Title, command.Source, command.Url), now)
                    )
            )
            .RequireAuthorization(Policies.LogEvidence)
            .Knows()
            .Produces<QuestionAnswer>();
    }

    /// <summary>Decides on the question as it stands, appends what was decided, and answers the question as it then is.</summary>
    public static async Task<IResult> ChangeAsync(this IDocumentSession session, HttpContext http, string slug, Func<Question, DateTimeOffset, Decision> decide)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return Missing(slug);
        if (EntityTags.Stale(http, question.Version) is { } stale)
            return stale;
        var now = http.Now();
        var decision = decide(question, now);
        if (decision.IsRefused)
            return Problem.For(decision);
        var recorded = session.Append(question.Id, question.Version, decision.Events, now);
        await http.SaveAsync(session);
        var changed = recorded.Aggregate(question, (q, e) => q.After(e.Data, e.Id)) with { Version = question.Version + recorded.Count };
        return EntityTags.Tagged(http, QuestionAnswer.Of(changed), changed.Version);
    }

    public static IResult Missing(string slug) => Problem.NotFound($"There is no question '{slug}'.");

    private static async Task<IResult> DraftAsync(DraftQuestion command, HttpContext http, IDocumentSession session)
    {
        if (command.Range is { } body && body.ToRange(command.Type) is null)
        {
            return Problem.Invalid("range", $"A range has min and max (numbers; on a date question {Instants.Expected}) and open, a list of lower and upper.");
        }

        if (command.Type == QuestionType.Binary && command.Options is { Count: > 0 })
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
                command.Type == QuestionType.Binary ? ["yes", "no"] : command.Options ?? [],
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

        if (command.Condition is { } condition)
        {
            var dependsOn = await session.LoadAsync<Question>(StreamKeys.Question(condition.Question), http.RequestAborted);
            if (dependsOn is null)
                return Problem.Invalid("condition", $"There is no question '{condition.Question}' to depend on.");
            if (OutcomeText.Parse(dependsOn, condition.Outcome) is not { } wanted)
                return Problem.Invalid("condition", $"'{condition.Outcome.Shortened(60)}' is no outcome of '{condition.Question}'.");
            if (wanted is OutcomeValue.Partial)
                return Problem.Invalid("condition", "A condition names one outcome, which comes about or does not; options by degrees are none.");
        }

        session.Start<Question>(key, decision.Events, http.Now());
        await http.SaveAsync(session);
        var drafted = Question.Drafted(key, (QuestionDrafted)decision.Events[0]) with { Version = 1 };
        http.Response.Headers.ETag = EntityTags.OfVersion(1);
        return Results.Created($"/questions/{command.Slug}", QuestionAnswer.Of(drafted));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
    {
        var request = http.Request;
        var (limit, after, at) = (request.Limit(), request.Cursor() ?? "", request.PointInTime());
        var query = session.Query<Question>().Where(q => q.Slug.CompareTo(after) > 0);
        if (request.Choice<QuestionType>("type") is { } type)
            query = query.Where(q => q.Type == type);
        if (request.Text("tag") is { } tag)
            query = query.Where(q => q.Tags.Contains(tag));
        if (request.Text("group") is { } group)
            query = query.Where(q => q.Group == group);
        if (request.Text("q") is { Length: > 0 } words)
        {
            var titled = (await QuestionSearch.FindAsync(session, words, http.RequestAborted)).ToArray();
            query = query.Where(q => q.Slug.IsOneOf(titled));
        }

        var status = request.Choice<QuestionStatus>("status");
        if (at.IsPresent)
        {
            if (status is { } wanted)
                query = query.Where(q => q.Status == wanted);
            var found = await query.OrderBy(q => q.Slug).Take(limit + 1).ToListAsync(http.RequestAborted);
            return Results.Ok(Page<QuestionAnswer>.Of([.. found.Select(q => QuestionAnswer.Of(q))], limit, q => q.Slug));
        }

        // A status of then is known only after folding, so pages are read on until one is full.
        var answers = new List<QuestionAnswer>();
        for (var read = 0; answers.Count <= limit; )
        {
            var page = await query.OrderBy(q => q.Slug).Skip(read).Take(FoldedAtOnce).ToListAsync(http.RequestAborted);
            read += page.Count;
            foreach (var then in await AtAsync(session, page, at, http.RequestAborted))
            {
                if (status is null || then.Status == status)
                    answers.Add(QuestionAnswer.Of(then));
            }

            if (page.Count < FoldedAtOnce)
                break;
        }

        return Results.Ok(Page<QuestionAnswer>.Of([.. answers.Take(limit + 1)], limit, q => q.Slug));
    }

    private static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session)
    {
        var at = http.Request.PointInTime();
        var current = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (current is null)
            return Missing(slug);
        if (at.IsPresent)
            return EntityTags.Tagged(http, QuestionAnswer.Of(current), current.Version);
        return (await AtAsync(session, [current], at, http.RequestAborted)) is [var then] ? EntityTags.Tagged(http, QuestionAnswer.Of(then)) : Missing(slug);
    }

    /// <summary>Questions as they stood at a point in time, in their order; what was not recorded by then is left out.</summary>
    public static async Task<IReadOnlyList<Question>> AtAsync(IQuerySession session, IReadOnlyList<Question> questions, PointInTime at, CancellationToken token)
    {
        var keys = questions.Select(q => q.Id).ToArray();
        var events = (await session.Events.QueryAllRawEvents().Where(e => keys.Contains(e.StreamKey)).ToListAsync(token)).ToLookup(
            e => e.StreamKey!,
            StringComparer.Ordinal
        );
        return [.. keys.Select(key => QuestionHistory.At(key, events[key].OrderBy(e => e.Version).Select(e => (e.Data, e.Timestamp)), at)).OfType<Question>()];
    }
}
