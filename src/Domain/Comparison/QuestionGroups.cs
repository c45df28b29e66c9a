namespace Domain.Comparison;

/// <summary>Numbers the groups of questions.</summary>
public static class QuestionGroups
{
    /// <summary>A number for each item's group, by first appearance; an item without a group is one of its own.</summary>
    public static int[] Number<T>(IReadOnlyList<T> items, Func<T, string?> groupOf)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(groupOf);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new int[items.Count];
        var next = 0;
        for (var i = 0; i < result.Length; i++)
        {
            if (groupOf(items[i]) is not { } group)
                result[i] = next++;
            else if (numbers.TryGetValue(group, out var number))
                result[i] = number;
            else
                numbers.Add(group, result[i] = next++);
        }

        return result;
    }
}
