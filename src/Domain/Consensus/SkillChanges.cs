namespace Domain.Consensus;

/// <summary>The instants at which another skill holds for a forecaster, in order.</summary>
internal static class SkillChanges
{
    public static List<(long Instant, int Forecaster)> Of(string[] forecasters, SkillRecords skills, long from, long to)
    {
        var changes = new List<(long Instant, int Forecaster)>();
        for (var f = 0; f < forecasters.Length; f++)
        {
            foreach (var instant in skills.Changes(forecasters[f], from, to)) changes.Add((instant, f));
        }

        changes.Sort();
        return changes;
    }
}
