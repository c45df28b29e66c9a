using System.Text.Json;
using Api.Forecasts;
using Api.Pages.Pictures;
using Api.Pages.Texts;
using Api.Questions;
using Domain.Questions;
using static Api.Tests.Drawing.Timelines;

namespace Api.Tests.Pages;

/// <summary>How probable each value of a number or a date is, drawn.</summary>
public sealed class Densities
{
    [Fact]
    public void A_closed_end_is_drawn_closed_and_what_lies_beyond_another_is_said()
    {
        var drawing = Draw(QuestionType.Numeric, (0.05, 2), (0.5, 10), (0.95, 30));
        Assert.True(drawing.IsClosedBelow);
        Assert.False(drawing.IsClosedAbove);
        // From 0.95 at 30 the function runs to 1 at the end of the range, 100: at 44 it is 0.96.
        Assert.Equal("4\u202f% > 44", Assert.Single(drawing.Wedges).Text);
    }

    [Fact]
    public void What_lies_beyond_an_open_end_is_a_wedge()
    {
        var drawing = Draw(QuestionType.Date, (0.05, 19_900), (0.5, 19_990), (0.9, 19_998));
        Assert.False(drawing.IsClosedAbove);
        // Half of what is left beyond the last point lies beyond the end.
        Assert.Contains(drawing.Wedges, w => w.IsUpper && w.Text == "5\u202f% > 2024-10-04");
    }

    [Fact]
    public void The_highest_column_is_where_most_of_the_probability_is()
    {
        var drawing = Draw(QuestionType.Numeric, (0.1, 40), (0.2, 50), (0.8, 52), (0.9, 60));
        var columns = drawing.Crowd.Split('V').Skip(1).Select(c => c.Split('H')).Where(c => c.Length == 2).ToList();
        var highest = columns.MinBy(c => double.Parse(c[0], System.Globalization.CultureInfo.InvariantCulture))!;
        var right = double.Parse(highest[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(right, drawing.Medians[0].Y - 15, drawing.Medians[0].Y + 30);
    }

    private static DensityDrawing Draw(QuestionType type, params (double Level, double Value)[] points)
    {
        var question = QuestionAnswer.Of(Question(type));
        var crowd = points.Select(p => new QuantileBody(p.Level, RangeBody.Value(type, p.Value))).ToList();
        return DensityDrawing.Of(question, QuantileCurve.Of(crowd, question)!, null, PageTexts.All[0]);
    }
}
