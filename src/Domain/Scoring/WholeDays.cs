namespace Domain.Scoring;

/// <summary>The whole UTC days of a window, each given by the tick at which it ends; a day counts when all of it lies in the window.</summary>
public static class WholeDays
{
    public static IReadOnlyList<long> EndsWithin(DateTimeOffset start, DateTimeOffset end)
    {
        var first = (start.UtcTicks + TimeSpan.TicksPerDay - 1) / TimeSpan.TicksPerDay;
        var last = end.UtcTicks / TimeSpan.TicksPerDay;
        var ends = new List<long>();
        for (var day = first + 1; day <= last; day++) ends.Add(day * TimeSpan.TicksPerDay);
        return ends;
    }
}
