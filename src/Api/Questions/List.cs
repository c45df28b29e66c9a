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
        var request = http.Request;
        var (limit, after, at) = (request.Limit(), request.Cursor() ?? "", request.PointInTime());
        var query = session.Query<Question>().Where(q => q.Slug.CompareTo(after) > 0);
        if (request.Choice<QuestionType>(QuestionFilters.Type) is { } type)
            query = query.Where(q => q.Type == type);
        if (request.Text(QuestionFilters.Tag) is { } tag)
            query = query.Where(q => q.Tags.Contains(tag));
        if (request.Text(QuestionFilters.Group) is { } group)
            query = query.Where(q => q.Group == group);
        if (request.Text(QuestionFilters.Words) is { Length: > 0 } words)
        {
            var titled = (await QuestionSearch.FindAsync(session, words, http.RequestAborted)).ToArray();
            query = query.Where(q => q.Slug.IsOneOf(titled));
        }

        var status = request.Choice<QuestionStatus>(QuestionFilters.Status);
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
            foreach (var then in await EarlierQuestions.AtAsync(session, page, at, http.RequestAborted))
            {
                if (status is null || then.Status == status)
                    answers.Add(QuestionAnswer.Of(then));
            }

            if (page.Count < FoldedAtOnce)
                break;
        }

        return Results.Ok(Page<QuestionAnswer>.Of([.. answers.Take(limit + 1)], limit, q => q.Slug));
    }
}
