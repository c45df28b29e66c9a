namespace Api.Http;

/// <summary>The instants that can be reckoned with: a year within the ends of the calendar, so that nothing added or taken away goes beyond them.</summary>
public static class Instants
{
    public static readonly DateTimeOffset Earliest = DateTimeOffset.MinValue.AddYears(1);

    public static readonly DateTimeOffset Latest = DateTimeOffset.MaxValue.AddYears(-1);

    /// <summary>The instant, or the end of the calendar that it lies beyond: what is asked as of then is the same.</summary>
    public static DateTimeOffset Clamp(DateTimeOffset instant) => instant < Earliest ? Earliest : instant > Latest ? Latest : instant;
}
