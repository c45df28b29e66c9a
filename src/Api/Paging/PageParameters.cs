using Api.Endpoints;
using Api.Requests;

namespace Api.Paging;

/// <summary>Reads which page of a list a request asks for.</summary>
public static class PageParameters
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>How long a page is.</summary>
    public static readonly QueryParameter LimitParameter = QueryParameter.Whole("limit", 1, MaxLimit, "The most items of a page.", DefaultLimit);

    /// <summary>Where a page starts.</summary>
    public static readonly QueryParameter CursorParameter = QueryParameter.Text(
        "cursor",
        "Where the page starts: the `next` of the page before, as it stands.",
        maxLength: 800
    );

    /// <summary>Both parameters of a list.</summary>
    public static readonly IReadOnlyList<QueryParameter> All = [LimitParameter, CursorParameter];

    /// <summary>How many items the page has at most: 50 where the request does not say.</summary>
    /// <exception cref="ParameterException">It is no whole number from 1 to 500.</exception>
    public static int Limit(this HttpRequest request) => request.WholeNumber(LimitParameter) ?? DefaultLimit;

    /// <summary>The key after which the page starts; null for the first page.</summary>
    /// <exception cref="ParameterException">The cursor is not as this service gave it out.</exception>
    public static string? Cursor(this HttpRequest request) =>
        request.Text(CursorParameter) is { } cursor
            ? Cursors.Key(cursor) ?? throw new ParameterException("cursor", "'cursor' is not one that this service gave out; take it from 'next' as it stands.")
            : null;
}
