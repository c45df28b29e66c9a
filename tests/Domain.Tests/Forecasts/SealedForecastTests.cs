using System.Text;
using CsCheck;
using Domain.Forecasts;
using Domain.Ledger.Leaves;
using Domain.People;
using Domain.Questions;

namespace Domain.Tests.Forecasts;

/// <summary>When a forecast may be sealed, and when and by what it is revealed.</summary>
public sealed class SealedForecastTests
{
    private static readonly DateTimeOffset Opening = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Close = Opening.AddDays(10);

    private static readonly Question Rain = new()
    {
        Id = "question/rain",
        Slug = "rain",
        Title = "Will it rain?",
        Type = QuestionType.Binary,
        Options = ["yes", "no"],
        Status = QuestionStatus.Open,
        OpensAt = Opening,
        ClosesAt = Close,
        ResolvesBy = Close.AddDays(10),
    };

    private static readonly Question Closed = Rain with { Status = QuestionStatus.Closed, ClosedAt = Close };

    private static SealedStatement Sealing(string json, byte salt = 1) =>
        SealedStatement.Of(new Salt([.. Enumerable.Repeat(salt, 32)]), Encoding.UTF8.GetBytes(json)).Value;

    private static StreamedStep Step(Statement? statement, double day)
    {
        var (slug, ann, at) = (new QuestionSlug("rain"), new ForecasterName("ann"), Opening.AddDays(day));
        object e = statement is null
            ? new ForecastWithdrawn(slug, ann, ForecasterKind.Person, at)
            : new ForecastRevised(slug, ann, ForecasterKind.Person, at, statement, "why", ["e"], null);
        return new StreamedStep(Guid.NewGuid(), e);
    }

    private static Decision Reveal(
        IReadOnlyList<StreamedStep> stream,
        SealedStatement opened,
        double p = 0.7,
        Question? question = null,
        double day = 10,
        bool isCopied = false,
        Guid? step = null
    ) => Revelations.Reveal(question ?? Closed, stream, new RevealCommand(opened, new Statement(Probability: p), Step: step), isCopied, Opening.AddDays(day));

    [Fact]
    public void The_worked_value_of_the_documentation_is_the_seal_of_its_salt_and_statement()
    {
        var salt = Salt.Parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").Value;
        var opened = SealedStatement.Of(salt, """{ "probability" : 0.70 }"""u8).Value;

        Assert.Equal("""{"probability":0.7}""", opened.Text);
        Assert.Equal(Golden, opened.Seal);
    }

    private const string Golden = "mYWrFgQRkV88dE+AxJQ0hIHMAnm+F80p9/XkAdQJrvA=";

    [Fact]
    public void A_seal_is_stated_as_a_forecast_is_and_replaces_what_stood()
    {
        var command = new ForecastCommand(new("ann"), ForecasterKind.Person, new Statement(Seal: Sealing("{}").Seal), null, [], null);
        var first = Assert.Single(ForecastDecisions.State(Rain, null, command, Opening.AddDays(1)).Events);
        var forecast = Forecast.After(null, "forecast/rain/ann", first);

        Assert.Equal(command.Statement, Assert.IsType<ForecastSubmitted>(first).Statement);
        Assert.IsType<ForecastRevised>(Assert.Single(ForecastDecisions.State(Rain, forecast, command, Opening.AddDays(2)).Events));
        Assert.True(ForecastDecisions.State(Closed, forecast, command, Close).IsRefused);
        Assert.True(ForecastDecisions.State(Rain, forecast, command with { Statement = new Statement(Seal: "short") }, Opening.AddDays(2)).IsRefused);
    }

    [Fact]
    public void A_revelation_states_the_sealed_step_once_more_as_of_the_sealing()
    {
        var opened = Sealing("""{"probability":0.7}""");
        var step = Step(new Statement(Seal: opened.Seal), 3);

        var revealed = Assert.IsType<ForecastRevealed>(Assert.Single(Reveal([step], opened).Events));

        Assert.Equal(
            (Opening.AddDays(3), step.EventId, opened.Salt.ToString(), opened.Text),
            (revealed.MadeAt, revealed.Step, revealed.Salt, revealed.SealedText)
        );
        Assert.Equal(new Statement(Probability: 0.7, Seal: opened.Seal, RevealedAt: Close), revealed.Statement);
        Assert.Equal("why", revealed.Rationale);
    }

    [Fact]
    public void Nothing_is_revealed_before_the_close_and_anything_from_it_on()
    {
        var opened = Sealing("""{"probability":0.7}""");
        StreamedStep[] stream = [Step(new Statement(Seal: opened.Seal), 3)];
        bool Refused(QuestionStatus status, double day, DateTimeOffset? closed = null) =>
            Reveal(stream, opened, question: Rain with { Status = status, ClosedAt = closed }, day: day).IsRefused;

        Assert.True(Refused(QuestionStatus.Open, 9.99));
        Assert.True(Refused(QuestionStatus.Proposed, 9.99));
        Assert.False(Refused(QuestionStatus.Open, 10));
        Assert.False(Refused(QuestionStatus.Proposed, 10));
        Assert.False(Refused(QuestionStatus.Proposed, 6, closed: Opening.AddDays(5)));
        Assert.False(Refused(QuestionStatus.Closed, 5));
        Assert.False(Refused(QuestionStatus.Resolved, 5));
        Assert.False(Refused(QuestionStatus.Resolved, 4_000));
        Assert.False(Refused(QuestionStatus.Annulled, 11));
    }

    [Fact]
    public void A_revelation_is_accepted_once_and_changes_nothing_after_that()
    {
        var opened = Sealing("""{"probability":0.7}""");
        var step = Step(new Statement(Seal: opened.Seal), 3);
        var revealed = Assert.Single(Reveal([step], opened).Events);

        var again = Reveal([step, new StreamedStep(Guid.NewGuid(), revealed)], opened);

        Assert.False(again.IsRefused);
        Assert.Empty(again.Events);
    }

    [Fact]
    public void Each_step_is_revealed_by_its_own_seal_and_one_can_be_named()
    {
        var (first, second) = (Sealing("""{"probability":0.7}"""), Sealing("""{"probability":0.2}""", salt: 2));
        StreamedStep[] stream = [Step(new Statement(Seal: first.Seal), 3), Step(new Statement(Seal: second.Seal), 4), Step(new Statement(Seal: first.Seal), 5)];

        Assert.Equal(2, Reveal(stream, first).Events.Count);
        Assert.Equal(Opening.AddDays(4), ((ForecastRevealed)Assert.Single(Reveal(stream, second, 0.2).Events)).MadeAt);
        Assert.Equal(stream[2].EventId, ((ForecastRevealed)Assert.Single(Reveal(stream, first, step: stream[2].EventId).Events)).Step);
        Assert.True(Reveal(stream, first, step: stream[1].EventId).IsRefused);
    }

    [Fact]
    public void A_statement_that_is_no_forecast_on_the_question_is_never_revealed()
    {
        var opened = Sealing("""{"probability":1.5}""");

        var refused = Reveal([Step(new Statement(Seal: opened.Seal), 3)], opened, p: 1.5);

        Assert.Equal(
            "The seal fits, but this is no forecast on the question: A probability lies between 0 and 1, and 1.5 does not.",
            refused.Refusals[0].Detail
        );
    }

    [Fact]
    public void A_seal_that_was_replaced_at_its_own_instant_never_stood()
    {
        var opened = Sealing("""{"probability":0.7}""");
        var step = Step(new Statement(Seal: opened.Seal), 3);

        Assert.True(Reveal([step, Step(new Statement(Probability: 0.4), 3)], opened).IsRefused);
        Assert.True(Reveal([step, Step(null, 3)], opened).IsRefused);
        Assert.False(Reveal([Step(new Statement(Probability: 0.4), 3), step, Step(null, 4)], opened).IsRefused);
    }

    [Fact]
    public void A_seal_that_another_stated_first_is_not_revealed_by_who_copied_it()
    {
        var opened = Sealing("""{"probability":0.7}""");

        Assert.True(Reveal([Step(new Statement(Seal: opened.Seal), 3)], opened, isCopied: true).IsRefused);
    }

    [Fact]
    public void A_revealed_seal_stands_as_what_was_sealed_unless_something_came_after_it()
    {
        var opened = Sealing("""{"probability":0.7}""");
        var step = Step(new Statement(Seal: opened.Seal), 3);
        var revealed = Assert.Single(Reveal([step], opened).Events);
        Forecast? Folded(params object[] events) => events.Aggregate((Forecast?)null, (f, e) => Forecast.After(f, "forecast/rain/ann", e));
        var first = new ForecastSubmitted(new("rain"), new("ann"), ForecasterKind.Person, Opening, new Statement(Probability: 0.5), null, [], null);

        Assert.Equal(0.7, Folded(first, step.Event, revealed)!.Standing!.Probability);
        Assert.Equal(0.4, Folded(first, step.Event, Step(new Statement(Probability: 0.4), 4).Event, revealed)!.Standing!.Probability);
        Assert.Null(Folded(first, step.Event, Step(null, 4).Event, revealed)!.Standing);
    }

    [Fact]
    public void Only_the_sealed_statement_with_its_salt_opens_a_seal()
    {
        var statements = Gen.Int[0, 100].Select(p => $$"""{"probability":{{p / 100.0}}}""");
        (from said in statements from other in statements from salt in Gen.Byte from otherSalt in Gen.Byte select (said, other, salt, otherSalt)).Sample(x =>
        {
            StreamedStep[] stream = [Step(new Statement(Seal: Sealing(x.said, x.salt).Seal), 3)];
            var isSame = x.said == x.other && x.salt == x.otherSalt;

            Assert.Equal(isSame, !Reveal(stream, Sealing(x.other, x.otherSalt), 0.5).IsRefused);
        });
    }
}
