using System.Text.Json.Serialization;

namespace Api.Http;

/// <summary>A page of a list, and the cursor of the next where there is one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next)
{
    /// <summary>Cuts one page out of items that were read one further than the page is long.</summary>
    public static Page<T> Of(IReadOnlyList<T> items, int limit, Func<T, string> key) => items.Count > limit
        ? new Page<T>([.. items.Take(limit)], Parameters.ToCursor(key(items[limit - 1])))
        : new Page<T>(items, null);
}
