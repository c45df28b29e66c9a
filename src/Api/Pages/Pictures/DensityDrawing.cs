using Api.Drawing;
using Api.Pages.Texts;
using Api.Questions;
using Domain.Questions;

namespace Api.Pages.Pictures;

/// <summary>Probability beyond an end of a picture.</summary>
/// <param name="IsUpper">Whether it is the upper end.</param>
/// <param name="Text">How much lies there.</param>
/// <param name="Look">Whose it is: the class of the wedge.</param>
public readonly record struct Wedge(bool IsUpper, string Text, string Look);

/// <summary>
/// A distribution of a number or a date, drawn as how probable each stretch of its axis is, as it is scored. The axis goes around the middle nine tenths,
/// within the question's range. A closed end of the range is drawn closed; what lies beyond any other end of the axis is a wedge that says how much.
/// </summary>
public sealed class DensityDrawing
{
    internal const double Left = 110;
    internal const double Right = 610;
    internal const double Top = 24;
    internal const double Bottom = 170;

    private const int Columns = 40;

    // Less than a thousandth beyond an end is not worth a wedge.
    private const double Least = 0.001;

    private readonly QuestionRange _range;
    private readonly List<Wedge> _wedges = [];
    private readonly List<EndLabel> _medians = [];

    private DensityDrawing(QuestionRange range, double low, double high, bool isOfDays)
    {
        _range = range;
        Across = new Scale(low, high, Left, Right);
        Marks =
        [
            .. (isOfDays ? Axis.OfTime(low, high, "", 5) : Axis.OfNumbers(low, high, "", 6)).Marks.Select(m => new PictureMark(Across.Place(m.At), m.Label)),
        ];
        IsClosedBelow = !range.OpenLower && low <= range.Min;
        IsClosedAbove = !range.OpenUpper && high >= range.Max;
    }

    internal Scale Across { get; }

    /// <summary>The marks of the axis.</summary>
    public IReadOnlyList<PictureMark> Marks { get; }

    /// <summary>Whether the picture ends where the range does, and nothing can lie below.</summary>
    public bool IsClosedBelow { get; }

    /// <summary>Likewise above.</summary>
    public bool IsClosedAbove { get; }

    /// <summary>The area of the crowd.</summary>
    public string Crowd { get; private set; } = "";

    /// <summary>The line of the reader; empty where there is none.</summary>
    public string Mine { get; private set; } = "";

    /// <summary>What lies beyond the ends.</summary>
    public IReadOnlyList<Wedge> Wedges => _wedges;

    /// <summary>The medians: where they lie on the axis, what they are, whose.</summary>
    public IReadOnlyList<EndLabel> Medians => _medians;

    /// <summary>Where the outcome lies; null where there is none in the picture.</summary>
    public double? Outcome { get; private init; }

    /// <summary>What is to be seen.</summary>
    public string Words { get; private init; } = "";

    /// <summary>What the crowd says of a question, and what the reader says.</summary>
    /// <param name="question">The question, which has a range.</param>
    /// <param name="crowd">What the crowd says.</param>
    /// <param name="mine">What the reader says; null for nothing.</param>
    /// <param name="texts">The reader's words.</param>
    public static DensityDrawing Of(QuestionAnswer question, QuantileCurve crowd, QuantileCurve? mine, PageTexts texts)
    {
        var range = question.Range!.ToRange(question.Type)!;
        var say = QuantileCurve.Writing(question);
        var outcome = question.Outcome is { } known ? QuantileCurve.ValueOf(known) : null;
        QuantileCurve[] all = mine is null ? [crowd] : [crowd, mine];
        var (first, last) = (all.Min(c => c.At(0.05)), all.Max(c => c.At(0.95)));
        if (outcome is { } came)
            (first, last) = (Math.Min(first, came), Math.Max(last, came));
        // What lies beyond an open end has no place on the axis.
        (first, last) = (Math.Clamp(first, range.Min, range.Max), Math.Clamp(last, range.Min, range.Max));
        var room = last > first ? (last - first) / 2 : (range.Max - range.Min) / 20;
        var (low, high) = (Math.Max(range.Min, first - room), Math.Min(range.Max, last + room));
        var drawing = new DensityDrawing(range, low, high, question.Type.CountsDays())
        {
            Outcome = outcome,
            Words =
                texts.Say("density.words", say(crowd.At(0.25)), say(crowd.At(0.75)), say(crowd.At(0.5)))
                + (outcome is { } y ? " " + texts.Say("density.outcome", say(y)) : ""),
        };
        var (ofCrowd, ofMine) = (drawing.Shares(crowd), mine is null ? [] : drawing.Shares(mine));
        var most = Math.Max(1e-12, ofCrowd.Concat(ofMine).Max());
        drawing.Crowd = drawing.Path(ofCrowd, most) + "Z";
        drawing.AddEnds(crowd, "crowd", say, texts["timeline.median"]);
        if (mine is not null)
        {
            drawing.Mine = drawing.Path(ofMine, most);
            drawing.AddEnds(mine, "me", say, texts["timeline.you"]);
        }

        return drawing;
    }

    private double[] Shares(QuantileCurve curve)
    {
        var shares = new double[Columns];
        var reached = BelowAxis(curve);
        for (var i = 0; i < Columns; i++)
        {
            var up = i == Columns - 1 ? UpToAxis(curve) : curve.Below(Across.From + ((i + 1) * Width));
            (shares[i], reached) = (Math.Max(0, up - reached), up);
        }

        return shares;
    }

    private double BelowAxis(QuantileCurve curve) => Across.From <= _range.Min ? curve.BelowAll : curve.Below(Across.From);

    private double UpToAxis(QuantileCurve curve) => Across.To >= _range.Max ? curve.UpToAll : curve.Below(Across.To);

    private double Width => (Across.To - Across.From) / Columns;

    private string Path(double[] shares, double most)
    {
        var path = $"M{Scale.Text(Left)} {Scale.Text(Bottom)}";
        foreach (var (i, share) in shares.Index())
            path += $"V{Scale.Text(Bottom - ((Bottom - Top) * share / most))}H{Scale.Text(Across.Place(Across.From + ((i + 1) * Width)))}";
        return path + $"V{Scale.Text(Bottom)}";
    }

    private void AddEnds(QuantileCurve curve, string look, Func<double, string> say, string name)
    {
        var (below, above) = (BelowAxis(curve), 1 - UpToAxis(curve));
        if (below >= Least)
            _wedges.Add(new Wedge(false, $"{Figures.Figure.Percent(below)} < {say(Across.From)}", look));
        if (above >= Least)
            _wedges.Add(new Wedge(true, $"{Figures.Figure.Percent(above)} > {say(Across.To)}", look));
        var median = curve.At(0.5);
        _medians.Add(new EndLabel(Math.Clamp(Across.Place(median), Left, Right), $"{name} {say(median)}", look));
    }
}
