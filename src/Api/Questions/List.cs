using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Requests;
using Domain.Questions;
using Marten;
using Store.Reading;

namespace Api.Questions;

/// <summary>Lists questions.</summary>
public static class List
{
    /// <summary>How many questions are folded from their events in one go.</summary>
    private const int FoldedAtOnce = 200;

    /// <summary>Maps <c>GET /questions</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions", ListAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([
                QuestionFilters.Status,
                QuestionFilters.Type,
                QuestionFilters.Tag,
                QuestionFilters.Group,
                QuestionFilters.Words,
                .. QueryParameters.AsOfAndKnownAt,
                .. PageParameters.All,
            ])
            .Produces<Page<QuestionAnswer>>();

    /// <summary>List questions</summary>
    public static async Task<IResult> ListAsync(HttpContext http, IQuerySession session)
    {
        var (request, token) = (http.Request, http.RequestAborted);
        var (limit, after, at) = (request.Limit(), request.Cursor() ?? "", request.PointInTime());
        var wanted = new Wanted(
            request.Choice<QuestionStatus>(QuestionFilters.Status),
            request.Choice<QuestionType>(QuestionFilters.Type),
            request.Text(QuestionFilters.Tag),
            request.Text(QuestionFilters.Group),
            request.Text(QuestionFilters.Words) is { Length: > 0 } words ? words : null
        );
        var query = await wanted.NarrowAsync(session, session.Query<Question>().Where(q => q.Slug.CompareTo(after) > 0), token);
        if (at.IsPresent)
        {
            if (wanted.Status is { } status)
                query = query.Where(q => q.Status == status);
            var found = await query.OrderBy(q => q.Slug).Take(limit + 1).ToListAsync(token);
            return Results.Ok(Page<QuestionAnswer>.Of([.. found.Select(q => QuestionAnswer.Of(q))], limit, q => q.Slug));
        }

        // What a question was then is known only after folding, so questions are read on until a page is full.
        var slugs = await query.OrderBy(q => q.Slug).Select(q => q.Slug).ToListAsync(token);
        var candidates = await ChangedDrafts.AmongAsync(session, slugs, after, token);
        var answers = new List<QuestionAnswer>();
        foreach (var part in candidates.Chunk(FoldedAtOnce))
        {
            var then = await EarlierQuestions.AtAsync(session, part, at, token);
            answers.AddRange((await wanted.OfAsync(session, then, token)).Select(QuestionAnswer.Of));
            if (answers.Count > limit)
                break;
        }

        return Results.Ok(Page<QuestionAnswer>.Of([.. answers.Take(limit + 1)], limit, q => q.Slug));
    }

    /// <summary>Which questions are asked for; what is null asks for nothing.</summary>
    private sealed record Wanted(QuestionStatus? Status, QuestionType? Type, string? Tag, string? Group, string? Words)
    {
        /// <summary>Those that are so now, but for their status.</summary>
        public async Task<IQueryable<Question>> NarrowAsync(IQuerySession session, IQueryable<Question> query, CancellationToken token)
        {
            if (Type is { } type)
                query = query.Where(q => q.Type == type);
            if (Tag is { } tag)
                query = query.Where(q => q.Tags.Contains(tag));
            if (Group is { } group)
                query = query.Where(q => q.Group == group);
            if (Words is { } words)
            {
                var titled = (await QuestionSearch.FindAsync(session, words, token)).ToArray();
                query = query.Where(q => q.Slug.IsOneOf(titled));
            }

            return query;
        }

        /// <summary>Those of some questions that are so as they stand there.</summary>
        public async Task<IEnumerable<Question>> OfAsync(IQuerySession session, IReadOnlyList<Question> questions, CancellationToken token)
        {
            var titled = Words is { } words ? (await QuestionSearch.FindAsync(session, words, questions, token)).ToHashSet(StringComparer.Ordinal) : null;
            return questions.Where(q =>
                (Status is null || q.Status == Status)
                && (Type is null || q.Type == Type)
                && (Tag is null || q.Tags.Contains(Tag))
                && (Group is null || q.Group == Group)
                && titled?.Contains(q.Slug) != false
            );
        }
    }
}
