using Api.Pages.Reading;
using Api.Pages.Texts;

namespace Api.Pages.Frame;

/// <summary>Where a page belongs in the header.</summary>
public enum Place
{
    /// <summary>None of the places.</summary>
    None,

    /// <summary>Questions.</summary>
    Questions,

    /// <summary>People.</summary>
    People,

    /// <summary>The leaderboard.</summary>
    Leaderboard,

    /// <summary>Calibration.</summary>
    Calibration,

    /// <summary>The audit trail.</summary>
    Audit,
}

/// <summary>A form of the thing at an address, or another view of it.</summary>
/// <param name="Text">What it is called.</param>
/// <param name="Address">Where it is.</param>
public sealed record PageLink(string Text, string Address);

/// <summary>What all pages have around their content.</summary>
/// <param name="Request">The reader's request.</param>
/// <param name="Title">The page's title.</param>
/// <param name="Place">The place in the header that it belongs to.</param>
public sealed record PageFrame(PageRequest Request, string Title, Place Place)
{
    /// <summary>What a page may load: style sheets, scripts and data of this service. Forms go to this service; nothing is inline.</summary>
    public const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>The places of the header with their addresses.</summary>
    public static readonly IReadOnlyList<(Place Place, string Address)> Places =
    [
        (Place.Questions, "/questions"),
        (Place.People, "/analysts"),
        (Place.Leaderboard, "/leaderboard"),
        (Place.Calibration, "/calibration"),
        (Place.Audit, "/audit/events"),
    ];

    /// <summary>The words of the reader's language.</summary>
    public PageTexts Texts => Request.Texts;

    /// <summary>Whether the page can be asked for at another time.</summary>
    public bool HasTimes { get; init; }

    /// <summary>The forms of the page's thing.</summary>
    public IReadOnlyList<PageLink> Forms { get; init; } = [];

    /// <summary>The change before the time that is shown, as a page; null where there is none.</summary>
    public string? Before { get; init; }

    /// <summary>The change after it.</summary>
    public string? After { get; init; }

    /// <summary>An address with both times of this page, and with other parameters.</summary>
    public string At(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var all = new List<KeyValuePair<string, string?>>();
        foreach (var (name, value) in query)
            all.Add(new(name, value));
        if (HasTimes)
        {
            foreach (var time in Request.Times)
            {
                if (!all.Exists(q => q.Key == time.Key))
                    all.Add(time);
            }
        }

        return path + QueryString.Create(all.Where(q => q.Value is { Length: > 0 }));
    }

    /// <summary>
    /// This page's address with both times fixed, so that it goes on showing what it shows: a time that it leaves open is when it was asked for.
    /// </summary>
    public string Fixed =>
        Here(
            ("asOf", Request.Query("asOf") ?? Domain.Instants.Format(Request.AskedAt)),
            ("knownAt", Request.Query("knownAt") ?? Domain.Instants.Format(Request.AskedAt))
        );

    /// <summary>This page's address with other parameters in the place of its own; null takes one away.</summary>
    public string Here(params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var all = Request.Http.Request.Query.ToDictionary(q => q.Key, q => (string?)q.Value.ToString(), StringComparer.Ordinal);
        foreach (var (name, value) in query)
            all[name] = value;
        return Request.Http.Request.Path + QueryString.Create(all.Where(q => q.Value is { Length: > 0 }));
    }

    /// <summary>This page's thing in another form.</summary>
    public string Form(string suffix) => Request.Http.Request.Path + suffix + Request.Http.Request.QueryString;
}
