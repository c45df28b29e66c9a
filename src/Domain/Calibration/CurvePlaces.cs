namespace Domain.Calibration;

/// <summary>Chooses the points by which a reliability curve is shown.</summary>
internal static class CurvePlaces
{
    /// <summary>
    /// Both ends of every flat interval, which draw the curve without loss, and between them forecasts at equal steps of their rank, about
    /// <paramref name="atMost"/> in all, for the band; every forecast where there are no more than that. Rising.
    /// </summary>
    public static int[] Of(ReliabilityCurve curve, int atMost)
    {
        var count = curve.Forecasts.Length;
        var kept = new SortedSet<int>();
        if (count <= atMost)
        {
            for (var i = 0; i < count; i++)
                kept.Add(i);
            return [.. kept];
        }

        var from = 0;
        foreach (var end in curve.BlockEnds)
        {
            kept.Add(from);
            kept.Add(end - 1);
            from = end;
        }

        var more = Math.Max(0, atMost - kept.Count);
        for (var i = 1; i <= more; i++)
            kept.Add((int)((long)count * i / (more + 1)));
        return [.. kept];
    }
}
