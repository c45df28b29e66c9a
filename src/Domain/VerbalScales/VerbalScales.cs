namespace Domain.VerbalScales;

/// <summary>The verbal scales that forecasts may be stated in: one for each class that derives from <see cref="PublishedScale"/>.</summary>
public static class VerbalScales
{
    /// <summary>The name of the scale in which a term is read when none is named.</summary>
    public const string Default = "icd203";

    /// <summary>All scales, in the order of lists.</summary>
    public static IReadOnlyList<VerbalScale> All { get; } = [.. Registry.EntriesOf<PublishedScale>(typeof(PublishedScale).Assembly).Select(s => s.Scale)];

    /// <summary>The scale of that name; null where there is none.</summary>
    public static VerbalScale? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
