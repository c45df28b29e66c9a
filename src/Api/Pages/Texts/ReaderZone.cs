using System.Globalization;

namespace Api.Pages.Texts;

/// <summary>The time zone in which a reader is told days and times. What a reader asks for, such as an instant in an address, is not read in it.</summary>
/// <param name="Name">Its name in the IANA database, such as <c>Asia/Seoul</c>.</param>
/// <param name="Rules">What its clocks show when.</param>
public sealed record ReaderZone(string Name, TimeZoneInfo Rules)
{
    /// <summary>The cookie that keeps which zone a reader chose.</summary>
    public const string Cookie = "forecasts-time-zone";

    private const int LongestName = 64;

    /// <summary>The zone of who chose none.</summary>
    public static ReaderZone Utc { get; } = new("UTC", TimeZoneInfo.Utc);

    /// <summary>The names to choose from. Others that the IANA database has, such as former ones, are found too.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [Utc.Name, .. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(id => id != Utc.Name).Order(StringComparer.Ordinal)];

    /// <summary>The name that a reader had chosen and that is none on this machine; null where there is none such.</summary>
    public string? Unknown { get; private init; }

    /// <summary>The zone of a name, in any case; null where there is none on this machine.</summary>
    public static ReaderZone? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // A name is looked for in the file system, below a folder: from its root on, nothing is.
        if (name.Length is 0 or > LongestName || name[0] == '/' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+'))
            return null;
        var id = Names.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
        if (id == Utc.Name)
            return Utc;
        // Clocks that count leap seconds are not those of this service.
        if (id.StartsWith("right/", StringComparison.Ordinal))
            return null;
        return TimeZoneInfo.TryFindSystemTimeZoneById(id, out var rules) ? new ReaderZone(id, rules) : null;
    }

    /// <summary>The zone that a reader chose; UTC where that is none.</summary>
    public static ReaderZone Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Cookies[Cookie] is not { Length: > 0 } kept
            ? Utc
            : Find(kept) ?? Utc with { Unknown = kept.Length > LongestName ? kept[..LongestName] : kept };
    }

    /// <summary>An instant as clocks of the zone show it.</summary>
    public DateTimeOffset At(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Rules);

    /// <summary>How far the clocks are from UTC at an instant: UTC, UTC+9, UTC−3:30.</summary>
    public string Offset(DateTimeOffset instant)
    {
        var offset = At(instant).Offset;
        if (offset == TimeSpan.Zero)
            return "UTC";
        var minutes = offset.Minutes == 0 ? "" : offset.ToString(@"\:mm", CultureInfo.InvariantCulture);
        return $"UTC{(offset < TimeSpan.Zero ? '−' : '+')}{offset.ToString("%h", CultureInfo.InvariantCulture)}{minutes}";
    }
}
