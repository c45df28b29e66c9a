using Api.Requests;

namespace Api.Paging;

/// <summary>Reads which page of a list a request asks for.</summary>
public static class PageParameters
{
    /// <summary>How many items a page has where the request does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>How many items a page has at most.</summary>
    public const int MaxLimit = 500;

    /// <summary>How many items the page has at most: <c>limit</c>, from 1 to <see cref="MaxLimit"/>.</summary>
    /// <exception cref="ParameterException">It is no such number.</exception>
    public static int Limit(this HttpRequest request) => request.WholeNumber("limit", 1, MaxLimit) ?? DefaultLimit;

    /// <summary>The key after which the page starts; null for the first page.</summary>
    /// <exception cref="ParameterException">The cursor is not as this service gave it out.</exception>
    public static string? Cursor(this HttpRequest request) =>
        request.Text("cursor", 800) is { } cursor
            ? Cursors.Key(cursor) ?? throw new ParameterException("cursor", "'cursor' is not one that this service gave out; take it from 'next' as it stands.")
            : null;
}
