using System.Text.Json.Serialization;

namespace Api.Paging;

/// <summary>A page of a list, and the cursor of the next where there is one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next)
{
    /// <summary>Cuts the page that the request asks for out of a whole list, which is short enough to be at hand.</summary>
    /// <param name="request">The request, with <c>limit</c> and <c>cursor</c>.</param>
    /// <param name="all">The list, in its order.</param>
    /// <param name="key">What names an item, and does not change.</param>
    /// <remarks>Where the item that the cursor names is gone, the page goes on with those whose key comes after its key, byte by byte.</remarks>
    public static Page<T> Within(HttpRequest request, IReadOnlyList<T> all, Func<T, string> key)
    {
        var limit = request.Limit();
        if (request.Cursor() is not { } after)
            return Of([.. all.Take(limit + 1)], limit, key);
        var left = all.Any(i => key(i) == after) ? all.SkipWhile(i => key(i) != after).Skip(1) : all.Where(i => string.CompareOrdinal(key(i), after) > 0);
        return Of([.. left.Take(limit + 1)], limit, key);
    }

    /// <summary>Cuts one page out of items that were read one further than the page is long.</summary>
    public static Page<T> Of(IReadOnlyList<T> items, int limit, Func<T, string> key) =>
        items.Count > limit ? new Page<T>([.. items.Take(limit)], Cursors.Of(key(items[limit - 1]))) : new Page<T>(items, null);
}
