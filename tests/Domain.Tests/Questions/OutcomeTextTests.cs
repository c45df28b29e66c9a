using System.Globalization;
using CsCheck;
using Domain.Importing;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;

namespace Domain.Tests.Questions;

/// <summary>How outcomes are read and spelled: equal values are one text.</summary>
public sealed class OutcomeTextTests
{
    private static readonly DateTimeOffset Known = new(2031, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static readonly Question Binary = Of(QuestionType.Binary, ["yes", "no"]);
    private static readonly Question Choice = Of(QuestionType.MultipleChoice, ["north", "\"south\"", "60.0", "Übersee"]);
    private static readonly Question Numeric = Of(QuestionType.Numeric, [], new QuestionRange(-1000, 1000, false, true));
    private static readonly Question Dated = Of(QuestionType.Date, [], new QuestionRange(0, 40_000, false, false));

    private static Question Of(QuestionType type, string[] options, QuestionRange? range = null) =>
        new()
        {
            Id = "question/o",
            Slug = "o",
            Title = "O",
            Type = type,
            Options = options,
            Range = range,
        };

    [Theory]
    [InlineData("17", "17")]
    [InlineData("17.0", "17")]
    [InlineData("+17", "17")]
    [InlineData("1.7e1", "17")]
    [InlineData("0.170e+2", "17")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1e3", "1000")]
    [InlineData(".5", "0.5")]
    [InlineData("0.1000", "0.1")]
    [InlineData("123456789.125", "123456789.125")]
    public void A_number_has_one_spelling(string written, string spelled) => Assert.Equal(spelled, OutcomeText.Canonical(Numeric, written));

    [Theory]
    [InlineData("2031-03-04", "2031-03-04")]
    [InlineData("2031-03-04T00:00:00Z", "2031-03-04")]
    [InlineData("2031-03-04T00:00:00.000+00:00", "2031-03-04")]
    [InlineData("2031-03-03T18:30:00-05:30", "2031-03-04")]
    [InlineData("2031-03-04t07:00:00.50z", "2031-03-04T07:00:00.5Z")]
    public void A_date_has_one_spelling(string written, string spelled) => Assert.Equal(spelled, OutcomeText.Canonical(Dated, written));

    [Theory]
    [InlineData("04/03/2031")]
    [InlineData("March 4")]
    [InlineData("4 March 2031")]
    [InlineData("05:06")]
    [InlineData("2031-03-04T05:06:07")]
    [InlineData("1969-12-31")]
    [InlineData("20000")]
    public void Nothing_else_is_a_date(string written) => Assert.Null(OutcomeText.Canonical(Dated, written));

    [Theory]
    [InlineData("""{"yes":0.63,"no":0.37}""", """{"yes":0.63,"no":0.37}""")]
    [InlineData("""{ "no": 3.70e-1, "yes": 0.630 }""", """{"yes":0.63,"no":0.37}""")]
    [InlineData("""{"yes":1}""", "yes")]
    [InlineData("""{"yes":0,"no":1.0}""", "no")]
    public void Degrees_have_one_spelling(string written, string spelled) => Assert.Equal(spelled, OutcomeText.Canonical(Binary, written));

    [Fact]
    public void An_option_without_a_degree_has_none_and_is_left_out() =>
        Assert.Equal("""{"north":0.5,"\"south\"":0.5}""", OutcomeText.Canonical(Choice, """{"\"south\"":0.5,"60.0":0,"north":0.5}"""));

    [Theory]
    [InlineData("""{"yes":0.6}""", "sum to 0.6")]
    [InlineData("""{"yes":0.6,"no":0.6}""", "sum to 1.2")]
    [InlineData("""{"yes":0.6,"maybe":0.4}""", "'maybe' is none of the options")]
    [InlineData("""{"yes":0.5,"yes":0.5}""", "two degrees")]
    [InlineData("""{"yes":1.5,"no":-0.5}""", "1.5; a degree is a number from 0 to 1")]
    [InlineData("""{"yes":"0.5","no":0.5}""", "a degree is a number from 0 to 1")]
    [InlineData("""{"yes":null}""", "a degree is a number from 0 to 1")]
    [InlineData("""{}""", "sum to 0")]
    [InlineData("""{"yes":0.5""", "JSON object")]
    public void Degrees_that_are_none_are_refused_with_what_is_wrong(string written, string said)
    {
        Assert.Null(OutcomeText.Parse(Binary, written));
        Assert.Null(PartialOutcome.Parse(Binary, written, out var problem));
        Assert.Contains(said, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.63", """{"yes":0.63,"no":0.37}""")]
    [InlineData("6.3e-1", """{"yes":0.63,"no":0.37}""")]
    [InlineData("0.1", """{"yes":0.1,"no":0.9}""")]
    [InlineData("1", "yes")]
    [InlineData("1.0", "yes")]
    [InlineData("0", "no")]
    [InlineData("0.00", "no")]
    public void In_a_file_a_number_is_the_degree_of_yes(string cell, string spelled)
    {
        Assert.Equal(spelled, OutcomeText.Format(Binary, OutcomeText.ParseCell(Binary, cell)!));
        Assert.Null(OutcomeText.Parse(Binary, cell));
    }

    [Theory]
    [InlineData("1.01")]
    [InlineData("-0.1")]
    [InlineData("63 %")]
    [InlineData("Yes")]
    [InlineData("true")]
    [InlineData("NaN")]
    public void A_cell_that_is_neither_is_no_outcome(string cell) => Assert.Null(OutcomeText.ParseCell(Binary, cell));

    [Fact]
    public void An_option_that_looks_like_a_number_is_an_option()
    {
        Assert.Equal("60.0", OutcomeText.Canonical(Choice, "60.0"));
        Assert.Null(OutcomeText.Canonical(Choice, "60"));
        Assert.Null(OutcomeText.ParseCell(Choice, "0.5"));
    }

    [Fact]
    public void Whatever_is_spelled_reads_as_the_same_value_and_is_spelled_the_same_again() =>
        Gen.OneOf(
                Gen.Double[-1000, 1e6].Select(x => (Numeric, (OutcomeValue)new OutcomeValue.Point(x == 0 ? 0 : x))),
                Gen.Long[0, 3_000_000_000_000_000]
                    .Select(us => (Dated, (OutcomeValue)new OutcomeValue.Point(Instants.ToDays(DateTimeOffset.UnixEpoch.AddTicks(us * 10))))),
                Gen.Int[0, 3].Select(i => (Choice, (OutcomeValue)new OutcomeValue.Option(i))),
                Gen.Double[0.01, 1].Array[4].Select(w => (Choice, (OutcomeValue)new OutcomeValue.Partial([.. w.Select(x => x / w.Sum())])))
            )
            .Sample(
                (question, value) =>
                {
                    var text = OutcomeText.Format(question, value);
                    Assert.Equal(value, OutcomeText.Parse(question, text));
                    Assert.Equal(text, OutcomeText.Canonical(question, text));
                }
            );

    [Theory]
    [InlineData("05/06/2025", "2025-05-06")]
    [InlineData("June 5", "2031-06-05")]
    [InlineData("5 Jun", "2031-06-05")]
    [InlineData("6/5", "2031-06-05")]
    [InlineData("12:30", "2031-03-04T12:30:00Z")]
    [InlineData("9 May 2024", "2024-05-09")]
    [InlineData("2024-05-09T10:00:00", "2024-05-09T10:00:00Z")]
    [InlineData("2024-05-09 10:00:00+02:00", "2024-05-09T08:00:00Z")]
    [InlineData("2024-05-09", "2024-05-09")]
    public void A_date_that_an_earlier_version_recorded_keeps_its_meaning_and_does_not_ask_the_clock(string recorded, string spelled)
    {
        Assert.Equal(spelled, OutcomeText.OfRecord(Dated, recorded, Known));
        var question = Dated with { Status = QuestionStatus.Closed };
        Assert.Equal(spelled, question.After(new QuestionResolved(recorded, Known, "r", [], "ana", "ben")).Resolution!.Outcome);
        Assert.Equal(spelled, question.After(new ResolutionCorrected(recorded, Known, "r", [], "ana", "ben")).Resolution!.Outcome);
        Assert.Equal(spelled, question.After(new ResolutionProposed(ProposalKind.Resolution, recorded, Known, "r", [], "ana")).Proposal!.Outcome);
    }

    [Theory]
    [InlineData("60.0", "60")]
    [InlineData("6e1", "60")]
    [InlineData("annulled", "annulled")]
    public void A_number_that_an_earlier_version_recorded_is_spelled_as_today(string recorded, string spelled) =>
        Assert.Equal(spelled, OutcomeText.OfRecord(Numeric, recorded, Known));

    [Fact]
    public void What_is_decided_is_recorded_in_its_one_spelling()
    {
        var now = Known.AddDays(1);
        foreach (
            var (question, written, spelled) in new[]
            {
                (Numeric, "6e1", "60"),
                (Dated, "2031-03-04T00:00:00Z", "2031-03-04"),
                (Binary, """{"no":0.5,"yes":0.5}""", """{"yes":0.5,"no":0.5}"""),
            }
        )
        {
            var open = question with { Status = QuestionStatus.Open, Imported = true, OpensAt = Known.AddDays(-9), ClosesAt = Known.AddDays(9) };
            var proposal = (ResolutionProposed)
                ResolutionDecisions.Propose(open, new ResolutionProposed(ProposalKind.Resolution, written, Known, "r", ["e"], "ana"), now).Events.Single();
            Assert.Equal(spelled, proposal.Outcome);
            var logged = (QuestionResolved)ImportedOutcomes.Log(open, new ClaimedOutcome(written, Known, "r", []), "ivo", now).Events.Single();
            Assert.Equal(spelled, logged.Outcome);
            Assert.Empty(ImportedOutcomes.Log(open.After(logged), new ClaimedOutcome(spelled, Known, "r", []), "ivo", now).Events);
        }
    }

    [Fact]
    public void A_condition_that_holds_in_part_has_failed()
    {
        var condition = Binary with { Status = QuestionStatus.Open };
        var dependant = Binary with { Id = "question/d", Slug = "d", Status = QuestionStatus.Open, Condition = new QuestionCondition("o", "yes") };
        Assert.IsType<QuestionAnnulled>(
            ResolutionDecisions
                .FollowCondition(dependant, condition.After(new QuestionResolved("""{"yes":0.9,"no":0.1}""", Known, "r", [], "ana", "ben")))
                .Events.Single()
        );
        Assert.Empty(ResolutionDecisions.FollowCondition(dependant, condition.After(new QuestionResolved("yes", Known, "r", [], "ana", "ben"))).Events);
    }
}
