using Domain.Questions;

namespace Domain.Tests.Questions;

/// <summary>The spot at which a question's forecasts are scored.</summary>
public sealed class SpotTimeTests
{
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static QuestionDrafted Draft(DateTimeOffset? spotAt) =>
        new(
            "q",
            "Q",
            "",
            "As announced.",
            QuestionType.Binary,
            ["yes", "no"],
            null,
            null,
            Opening,
            Opening.AddDays(10),
            Opening.AddDays(20),
            spotAt,
            [],
            null,
            null,
            null,
            null
        );

    [Theory]
    [InlineData(0.001)]
    [InlineData(9.999)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(20)]
    public void The_spot_lies_after_the_opening_up_to_the_date_of_the_resolution(double days) =>
        Assert.False(QuestionDecisions.Draft(Draft(Opening.AddDays(days))).IsRefused);

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(20.001)]
    public void Anywhere_else_it_is_refused(double days) =>
        Assert.Equal("spotAt", QuestionDecisions.Draft(Draft(Opening.AddDays(days))).Refusals.Single().Field);

    [Fact]
    public void A_close_is_moved_before_the_spot()
    {
        var question = Question.Drafted("question/q", Draft(Opening.AddDays(10))).After(new QuestionOpened(Opening));
        Assert.False(QuestionDecisions.Reschedule(question, Opening.AddDays(5), "Known sooner.", Opening.AddDays(1)).IsRefused);
    }
}
