namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>What is kept beside the events is what a rebuild makes of them.</summary>
internal static class ViewsAsRebuilt
{
    private const int Shown = 3;

    public static IEnumerable<Finding> Check(StoreContents store)
    {
        foreach (var view in store.Views.Keys.Union(store.RebuiltViews.Keys, StringComparer.Ordinal))
        {
            var (kept, rebuilt) = (Counted(store.Views, view), Counted(store.RebuiltViews, view));
            foreach (var row in kept.Where(r => r.Value > rebuilt.GetValueOrDefault(r.Key)).Take(Shown))
                yield return new Finding(
                    nameof(ViewsAsRebuilt),
                    $"{view} holds {row.Value} times what a rebuild makes {rebuilt.GetValueOrDefault(row.Key)} times: {row.Key}"
                );
            foreach (var row in rebuilt.Where(r => r.Value > kept.GetValueOrDefault(r.Key)).Take(Shown))
                yield return new Finding(
                    nameof(ViewsAsRebuilt),
                    $"{view} holds {kept.GetValueOrDefault(row.Key)} times what a rebuild makes {row.Value} times: {row.Key}"
                );
        }
    }

    private static Dictionary<string, int> Counted(IReadOnlyDictionary<string, IReadOnlyList<string>> views, string view) =>
        views.TryGetValue(view, out var rows)
            ? rows.CountBy(r => r, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal)
            : new Dictionary<string, int>(StringComparer.Ordinal);
}
