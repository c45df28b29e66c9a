using Domain.Forecasts;
using Domain.Questions;
using ScottPlot.Plottables;
using static Api.Tests.Drawing.Timelines;

namespace Api.Tests.Drawing;

/// <summary>The picture of a question's forecasts over time: its axis, its marks and its texts.</summary>
public sealed class TimelinePictureTests
{
    [Theory]
    [InlineData(0.49, 0.51)]
    [InlineData(0, 1)]
    [InlineData(0.999, 1)]
    public void A_probability_axis_goes_from_0_to_1_whatever_is_shown(double first, double then)
    {
        var picture = Draw(Question(), Probabilities("ann", (3, first), (9, then)));

        var limits = picture.Plot.Axes.GetLimits();
        Assert.Equal((-0.03, 1.03), (limits.Bottom, limits.Top));
        Assert.Subset(picture.Texts().ToHashSet(), new HashSet<string> { "0\u202f%", "25\u202f%", "50\u202f%", "75\u202f%", "100\u202f%" });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    public void Every_step_has_a_marker_that_can_be_seen(int steps)
    {
        var picture = Draw(Question(), Probabilities("ann", [.. Enumerable.Range(0, steps).Select(i => (1 + (i / 10.0), 0.2 + (i % 2 * 0.5)))]));

        var markers = Assert.Single(picture.Plot.GetPlottables<Markers>());
        Assert.Equal(steps, markers.Data.GetScatterPoints().Count);
        Assert.True(markers.MarkerSize >= 4);
    }

    [Fact]
    public void A_forecast_of_the_last_moment_lies_within_the_axes()
    {
        var picture = Draw(Question(), Probabilities("ann", (39.999999, 0.7)));

        var at = Assert.Single(Assert.Single(picture.Plot.GetPlottables<Markers>()).Data.GetScatterPoints());
        var limits = picture.Plot.Axes.GetLimits();
        Assert.InRange(at.X, limits.Left, limits.Right - 1e-6);
    }

    [Fact]
    public void What_is_not_there_yet_is_said_in_the_picture_and_in_words()
    {
        var none = Draw(Question());
        Assert.Contains("No forecast yet.", none.Texts());
        Assert.Contains("No forecast yet", none.Words, StringComparison.Ordinal);

        var over = Draw(Question(outcome: "no") with { Resolution = Question(outcome: "no").Resolution! with { KnownAt = Opens.AddDays(20) } });
        Assert.Contains("No forecast was made.", over.Texts());

        var late = Draw(
            Question(outcome: "no") with
            {
                Resolution = Question(outcome: "no").Resolution! with { KnownAt = Opens.AddDays(20) },
            },
            Probabilities("ann", (25, 0.7))
        );
        Assert.Contains("No forecast stood between 2024-01-01 00:00 and 2024-01-21 00:00.", late.Texts());

        var ahead = Draw(Question() with { OpensAt = Opens.AddDays(45) });
        Assert.Contains("The question opens on 2024-02-15 00:00: no forecast yet.", ahead.Texts());
    }

    [Theory]
    [InlineData(
        QuestionType.Numeric,
        "55",
        "ann, median: from 40 to 60 in 2 steps, at last 5 % to 95 % from 45 to 75, at last 25 % to 75 % from 55 to 65",
        "100",
        "It came out 55 (◆), known on 2024-02-20."
    )]
    [InlineData(
        QuestionType.Date,
        "2024-05-01",
        "ann, median: from 2024-04-27 to 2024-05-17 in 2 steps",
        "2024-06-01",
        "It came out 2024-05-01 (◆), known on 2024-02-20."
    )]
    public void A_distribution_is_drawn_as_its_median_in_bands(QuestionType type, string outcome, string words, string axis, string cameOut)
    {
        var from = type == QuestionType.Date ? 19_800 : 0;
        ForecastStep Step(int day, int median) =>
            new(
                Opens.AddDays(day),
                day,
                new Prediction.Quantiles([
                    new(0.05, from + median - 15),
                    new(0.25, from + median - 5),
                    new(0.5, from + median),
                    new(0.75, from + median + 5),
                    new(0.95, from + median + 15),
                ])
            );
        var picture = Draw(Question(type, outcome: outcome), new Api.Forecasts.DrawnForecast("ann", [Step(3, 40), Step(20, 60)]));

        Assert.Contains(words, picture.Words, StringComparison.Ordinal);
        Assert.Equal(2, picture.Plot.GetPlottables<FillY>().Count());
        Assert.Subset(picture.Texts().ToHashSet(), new HashSet<string> { "ann, median", "ann, 25 % to 75 %", "ann, 5 % to 95 %", cameOut });
        if (type == QuestionType.Date)
            Assert.Contains(picture.Texts(), t => t == "2024-05" || t.StartsWith("2024-05-", StringComparison.Ordinal));
        else
            Assert.DoesNotContain(axis, picture.Texts());
    }

    [Fact]
    public void A_single_stated_quantile_is_drawn_as_the_distribution_that_is_scored()
    {
        var picture = Draw(
            Question(QuestionType.Numeric),
            new Api.Forecasts.DrawnForecast("ann", [new(Opens.AddDays(1), 0, new Prediction.Quantiles([new(0.5, 20)]))])
        );

        // Linear from 0 to the median and from there to the range's end.
        Assert.Contains("at last 5 % to 95 % from 2 to 92, at last 25 % to 75 % from 10 to 60", picture.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_are_not_drawn_are_counted_and_what_came_out_is_drawn()
    {
        string[] options = [.. Enumerable.Range(0, 10).Select(i => $"route {i}")];
        var stated = new Prediction.Categorical([0.2, 0.2, 0.15, 0.15, 0.1, 0.1, 0.05, 0.03, 0.02, 0]);
        var picture = Draw(
            Question(QuestionType.MultipleChoice, options: options, outcome: "route 9"),
            new Api.Forecasts.DrawnForecast("ann", [new(Opens.AddDays(1), 0, stated)])
        );

        var texts = picture.Texts();
        Assert.Contains("ann: route 9", texts);
        Assert.DoesNotContain("ann: route 6", texts);
        Assert.Contains("3 further options are not drawn, together 0.1 at last.", texts);
    }
}
