using Api.Consensus;
using Api.Drawing;
using Api.Forecasts;
using Api.Pages.Figures;
using Api.Pages.Texts;
using Domain.People;

namespace Api.Pages.Pictures;

/// <summary>A line of a timeline.</summary>
/// <param name="Path">The steps.</param>
/// <param name="Look">The class that says what it looks like.</param>
public readonly record struct TimelinePath(string Path, string Look);

/// <summary>A numbered or plain mark on an axis of a picture.</summary>
/// <param name="At">Where.</param>
/// <param name="Text">What stands at it.</param>
public readonly record struct PictureMark(double At, string Text);

/// <summary>What is drawn of a question over time, in the units of the picture.</summary>
public sealed class TimelineDrawing
{
    internal const double Left = 44;
    internal const double Right = 600;
    internal const double Top = 14;
    internal const double Bottom = 266;

    // Longer names would leave the picture.
    private const int LongestName = 17;
    private const int MostDots = 1_200;

    private readonly PageTexts _texts;
    private readonly List<TimelinePath> _lines = [];
    private readonly List<TimelinePath> _brief = [];
    private readonly List<EndLabel> _labels = [];

    /// <param name="from">Where the time begins.</param>
    /// <param name="until">Where it ends.</param>
    /// <param name="up">The axis of what was forecast.</param>
    /// <param name="texts">The reader's words.</param>
    internal TimelineDrawing(DateTimeOffset from, DateTimeOffset until, Axis up, PageTexts texts)
    {
        _texts = texts;
        var across = TimelineAxes.Across(from, until, texts.Zone.Rules);
        Across = new Scale(across.From, across.To, Left, Right);
        Up = new Scale(up.From, up.To, Bottom, Top);
        Heights = [.. up.Marks.Select(m => new PictureMark(Up.Place(m.At), m.Label))];
        Times = [.. across.Marks.Select(m => new PictureMark(Across.Place(m.At), Label(m, texts)))];
    }

    internal Scale Across { get; }

    internal Scale Up { get; }

    /// <summary>The marks of the axis of what was forecast.</summary>
    public IReadOnlyList<PictureMark> Heights { get; }

    /// <summary>The marks of the time axis.</summary>
    public IReadOnlyList<PictureMark> Times { get; }

    /// <summary>The area that holds the middle nine tenths; empty for none.</summary>
    public string NineTenths { get; private set; } = "";

    /// <summary>The area that holds the middle half.</summary>
    public string Half { get; private set; } = "";

    /// <summary>Every forecast of the crowd.</summary>
    public IReadOnlyList<(double X, double Y)> Dots { get; private set; } = [];

    /// <summary>The lines, the least important first.</summary>
    public IReadOnlyList<TimelinePath> Lines => _lines;

    /// <summary>Dots where something stood for less than a line can show.</summary>
    public IReadOnlyList<TimelinePath> Brief => _brief;

    /// <summary>The labels at the lines' ends, apart from one another.</summary>
    public IReadOnlyList<EndLabel> Labels => EndLabels.Apart(_labels, Top + 4, Bottom);

    /// <summary>The evidence, numbered as in its list.</summary>
    public IReadOnlyList<PictureMark> Evidence { get; init; } = [];

    /// <summary>Where the question closed; null where that is not within the time.</summary>
    public double? Close { get; init; }

    /// <summary>Where the view ends by the reader's wish; null where it does not.</summary>
    public double? AsOf { get; init; }

    /// <summary>Where the outcome is marked; null where there is none to mark.</summary>
    public (double X, double Y)? Outcome { get; init; }

    /// <summary>What the picture is of.</summary>
    public string Title { get; init; } = "";

    /// <summary>What is to be seen in it.</summary>
    public string Words { get; set; } = "";

    /// <summary>What its signs mean.</summary>
    public string Caption
    {
        get => _brief.Count > 0 ? $"{field} {_texts["timeline.brief"]}" : field;
        set;
    } = "";

    /// <summary>An instant in the picture.</summary>
    internal double X(DateTimeOffset at) => Math.Clamp(Across.Place(TimeMarks.Days(at.UtcTicks)), Left, Right);

    /// <summary>Adds the crowd of an option: bands, dots, the median.</summary>
    internal void AddCrowd(TimelineAnswer timeline)
    {
        var spread = timeline.Spread;
        NineTenths = StepPath.Band(spread.Select(s => (X(s.At), Height(s.Low), Height(s.High))), Right);
        Half = StepPath.Band(spread.Select(s => (X(s.At), Height(s.LowerQuartile), Height(s.UpperQuartile))), Right);
        Dots =
        [
            .. timeline
                .Dots.Where(d => d.At >= timeline.From)
                .TakeLast(MostDots)
                .Select(d => (X(d.At), Up.Place(d.Probability ?? 0)))
                .DistinctBy(d => (Math.Round(d.Item1, 1), Math.Round(d.Item2, 1))),
        ];
        Add(spread.Select(s => (s.At, s.Median)), "crowd", _texts["timeline.median"]);
    }

    /// <summary>Adds bands of a distribution over time.</summary>
    internal void AddBands(IEnumerable<(DateTimeOffset At, double? Low, double? Quarter, double? ThreeQuarters, double? High)> steps)
    {
        var all = steps.ToList();
        NineTenths = StepPath.Band(all.Select(s => (X(s.At), Height(s.Low), Height(s.High))), Right);
        Half = StepPath.Band(all.Select(s => (X(s.At), Height(s.Quarter), Height(s.ThreeQuarters))), Right);
    }

    /// <summary>Adds a line through steps.</summary>
    /// <param name="steps">What stands from when.</param>
    /// <param name="look">What it looks like.</param>
    /// <param name="name">What stands at its end before its last height; null for no label.</param>
    /// <param name="say">A height in words; a probability in percent where nothing else is said.</param>
    /// <param name="ends">Where the last step ends; null for the end of the picture.</param>
    internal void Add(
        IEnumerable<(DateTimeOffset At, double? Value)> steps,
        string look,
        string? name,
        Func<double, string>? say = null,
        DateTimeOffset? ends = null
    )
    {
        var all = steps.ToList();
        var path = StepPath.Line(all.Select(s => (X(s.At), Height(s.Value))), ends is { } end ? X(end) : Right);
        if (path.Length == 0)
            return;
        _lines.Add(new TimelinePath(path, look));
        var brief = StepPath.Brief(all.Select(s => (X(s.At), Height(s.Value))), ends is { } last ? X(last) : Right, look == "crowd");
        if (brief.Length > 0)
            _brief.Add(new TimelinePath(brief, look));
        if (name is null || all[^1].Value is not { } atLast)
            return;
        var shown = name.Length > LongestName ? name[..(LongestName - 1)] + "…" : name;
        _labels.Add(new EndLabel(Up.Place(atLast) + 4, $"{shown} {(say ?? (p => Figure.Percent(p)))(atLast)}", look));
    }

    /// <summary>Adds the lines of forecasters one by one: mine, those of few others, and what no person says.</summary>
    internal void AddLines(IEnumerable<TimelineLine> lines, string? me, bool withPersons)
    {
        var all = lines.ToList();
        foreach (var line in all.Where(l => withPersons && l.Forecaster != me && l.Kind is ForecasterKind.Person or ForecasterKind.Bot && l.Forecaster != me))
            Add(line.Steps.Select(s => (s.At, s.Probability)), "one", null);
        var others = all.Where(l => l.Forecaster != me && l.Kind is ForecasterKind.Document or ForecasterKind.Reference)
            .OrderBy(l => l.Kind == ForecasterKind.Document ? 0 : 1)
            .ThenBy(l => l.Forecaster, StringComparer.Ordinal);
        foreach (var (i, line) in others.Index())
            Add(line.Steps.Select(s => (s.At, s.Probability)), $"s{3 + (i % 4)}", ShortName(line.Forecaster));
        if (all.FirstOrDefault(l => l.Forecaster == me) is { } mine)
            Add(mine.Steps.Select(s => (s.At, s.Probability)), "me", _texts["timeline.you"]);
    }

    /// <summary>A computed forecaster's name as a label has it.</summary>
    internal static string ShortName(string forecaster) => forecaster.Replace("reference:", "", StringComparison.Ordinal);

    private double? Height(double? value) => value is { } v ? Up.Place(v) : null;

    // The marks are those of every picture; what is said at them is said in the reader's words.
    private static string Label(AxisMark mark, PageTexts texts)
    {
        var at = Domain.Instants.FromDays(mark.At);
        return mark.Label.Length switch
        {
            10 => texts.DayOfYear(at),
            7 => texts.Month(at),
            _ => mark.Label,
        };
    }
}
