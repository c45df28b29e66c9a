using CsCheck;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;

namespace Domain.Tests.Forecasts;

/// <summary>What a distribution function stated by its points may look like.</summary>
public sealed class QuantileDecisionTests
{
    private static readonly DateTimeOffset Now = new(2020, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Question HowMany = new()
    {
        Id = "question/q",
        Slug = "q",
        Title = "Q",
        Type = QuestionType.Numeric,
        Range = new QuestionRange(0, 100, OpenLower: false, OpenUpper: true),
        Status = QuestionStatus.Open,
        OpensAt = Now.AddDays(-30),
        ClosesAt = Now.AddDays(30),
        ResolvesBy = Now.AddDays(60),
    };

    private static string? Refusal(params (double Level, double Value)[] points)
    {
        var statement = new Statement(Quantiles: [.. points.Select(p => new Quantile(p.Level, p.Value))]);
        return ForecastDecisions.Check(HowMany, new ForecastCommand(new("ana"), ForecasterKind.Person, statement, null, [], null), Now)?.Refusals[0].Detail;
    }

    [Fact]
    public void Levels_run_from_0_to_1_with_flat_stretches_and_steps() => Assert.Null(Refusal((0, 5), (0.1, 5), (0.25, 20), (0.25, 40), (0.6, 40), (1, 130)));

    [Fact]
    public void A_thousand_points_are_taken_and_one_more_is_not()
    {
        Assert.Null(Refusal([.. Enumerable.Range(0, 1_000).Select(i => (i / 999.0, (double)i))]));
        Assert.Equal("State 1 to 1000 quantiles; these are 1001.", Refusal([.. Enumerable.Range(0, 1_001).Select(i => (i / 1_000.0, (double)i))]));
        Assert.Equal("State 1 to 1000 quantiles; these are 0.", Refusal());
    }

    [Fact]
    public void Levels_that_are_one_decimal_are_one_level()
    {
        Assert.Null(Refusal((0.7500000000000001, 40), (0.75, 50)));
        Assert.Equal("No point is stated twice, and 0.7500000000000001 at 40 is.", Refusal((0.75, 40), (0.7500000000000001, 40)));
    }

    [Fact]
    public void A_refusal_names_what_is_wrong_with_its_numbers()
    {
        Assert.Equal("A level lies from 0 to 1, and 1.01 does not.", Refusal((0.5, 10), (1.01, 20)));
        Assert.Equal("A level lies from 0 to 1, and -0.01 does not.", Refusal((-0.01, 10)));
        Assert.Equal("A level lies from 0 to 1, and NaN does not.", Refusal((double.NaN, 10)));
        Assert.Equal("Levels never fall, and 0.25 comes after 0.5.", Refusal((0.5, 10), (0.25, 20)));
        Assert.Equal("Values never fall, and 0.5 at 19.9 lies below 0.25 at 20.", Refusal((0.25, 20), (0.5, 19.9)));
        Assert.Equal("A value lies within the range where its end is closed, and -0.5 lies below 0.", Refusal((0.25, -0.5), (0.5, 19.9)));
        Assert.Equal("A value is a finite number, and that at level 0.25 is none.", Refusal((0.25, double.PositiveInfinity)));
    }

    [Fact]
    public void Points_put_in_order_are_taken_wherever_they_stood()
    {
        var points =
            from levels in Gen.Int[0, 40].Array[1, 60]
            from values in Gen.Int[0, 90].Array[60]
            select levels.Zip(values).Select(p => (Level: p.First, Value: p.Second)).ToArray();
        points.Sample(drawn =>
        {
            // Rising levels and values, some of them equal, and no two of both.
            var cdf = drawn
                .Select(p => p.Level)
                .Order()
                .Zip(drawn.Select(p => p.Value).Order())
                .Distinct()
                .Select(p => new Quantile(p.First / 40.0, p.Second))
                .ToArray();
            var turned = cdf.Reverse().ToArray();
            Assert.Equal(cdf, Quantile.InOrder(turned));
            Assert.Null(Refusal([.. Quantile.InOrder(turned).Select(q => (q.Level, q.Value))]));
        });
    }
}
