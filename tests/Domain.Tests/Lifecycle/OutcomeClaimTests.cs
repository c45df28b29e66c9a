using Domain.Resolutions;

namespace Domain.Tests.Lifecycle;

/// <summary>The log of claims about a question's outcome.</summary>
public class OutcomeClaimTests
{
    private static readonly DateTimeOffset Day = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_log_tells_every_claim_in_its_order_with_its_event()
    {
        var claims = OutcomeClaim.Of([
            (7, new QuestionResolved("yes", Day, "r", [], "a", "b"), Day.AddDays(9)),
            (8, new ResolutionDisputed("why", "c"), Day.AddDays(9)),
            (9, new ResolutionTakenBack("r", "b"), Day.AddDays(12)),
            (11, new QuestionResolved("no", Day.AddDays(13), "r", [], "a", "b"), Day.AddDays(13)),
            (15, new QuestionAnnulled(Day.AddDays(14), "r", [], "a", "b"), Day.AddDays(15)),
        ]);

        Assert.Equal(
            [
                (7L, GenerationTrigger.Resolution, "yes", Day),
                (9, GenerationTrigger.TakenBack, "unresolved", Day.AddDays(12)),
                (11, GenerationTrigger.Resolution, "no", Day.AddDays(13)),
                (15, GenerationTrigger.Annulment, "annulled", Day.AddDays(14)),
            ],
            claims.Select(c => (c.Event, c.Trigger, c.Outcome, c.KnownAt))
        );
        Assert.Equal([true, false, true, false], claims.Select(c => c.Settles));
    }

    [Fact]
    public void A_trigger_is_one_word_in_events_tables_and_answers()
    {
        Assert.Equal(
            ["resolution", "correction", "annulment", "taken-back", "late-import", "revelation", "other-questions", "rescoring", "rule-set"],
            Enum.GetValues<GenerationTrigger>().Select(t => t.Word())
        );
        Assert.All(
            Enum.GetValues<GenerationTrigger>(),
            t =>
            {
                Assert.Equal($"\"{t.Word()}\"", System.Text.Json.JsonSerializer.Serialize(t));
                Assert.Equal(t, System.Text.Json.JsonSerializer.Deserialize<GenerationTrigger>($"\"{t.Word()}\""));
                Assert.Equal(t, GenerationTriggers.OfWord(t.Word()));
            }
        );
        Assert.Throws<FormatException>(() => GenerationTriggers.OfWord("whim"));
    }

    [Fact]
    public void A_correction_that_names_an_earlier_instant_still_comes_after_what_it_corrects()
    {
        var claims = OutcomeClaim.Of([
            (1, new QuestionResolved("yes", Day.AddDays(5), "r", [], "a", "b"), Day.AddDays(9)),
            (2, new ResolutionCorrected("no", Day, "r", [], "a", "b"), Day.AddDays(9)),
        ]);

        Assert.Equal([Day.AddDays(5), Day], claims.Select(c => c.KnownAt));
        Assert.Equal([Day.AddDays(5), Day.AddDays(5)], claims.Select(c => c.At));
    }
}
