namespace EndToEnd.Tests.Faults.Checking;

/// <summary>What is told to those who follow the service: everything but what happens to people.</summary>
internal static class Announcements
{
    public static bool Includes(StoredEvent stored) => !stored.Stream.StartsWith("analyst/", StringComparison.Ordinal);

    /// <summary>The name under which an event is announced: <c>ForecastRevised</c> for <c>forecast_revised</c>.</summary>
    public static string NameOf(StoredEvent stored) => string.Concat(stored.Type.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
}
