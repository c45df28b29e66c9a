using System.Text.Json;
using Domain.Importing;
using Domain.Questions;
using Domain.Resolutions;

namespace Domain.Tests.Questions;

/// <summary>Events as earlier versions wrote them, read today.</summary>
public sealed class ClaimedNamesTests
{
    private static readonly JsonSerializerOptions Stored = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly Question Closed = new()
    {
        Id = "question/c",
        Slug = "c",
        Title = "C",
        Type = QuestionType.Numeric,
        Range = new QuestionRange(0, 100, false, false),
        Status = QuestionStatus.Closed,
    };

    [Fact]
    public void The_names_of_an_outcome_that_was_imported_before_are_claims()
    {
        var e = JsonSerializer.Deserialize<QuestionResolved>(
            """
            {"outcome":"60.0","knownAt":"2021-05-01T00:00:00+00:00","reason":"r","evidence":["e"],"proposedBy":"nina","confirmedBy":"olaf","imported":true}
            """,
            Stored
        )!;
        var resolution = Closed.After(e).Resolution!;
        Assert.Equal(("60", new ClaimedNames("nina", "olaf")), (resolution.Outcome, resolution.Claimed()));
    }

    [Fact]
    public void The_names_of_two_people_who_resolved_it_here_are_theirs()
    {
        var e = JsonSerializer.Deserialize<QuestionResolved>(
            """{"outcome":"6e1","knownAt":"2021-05-01T00:00:00+00:00","reason":"r","evidence":["e"],"proposedBy":"ana","confirmedBy":"ben"}""",
            Stored
        )!;
        var resolution = Closed.After(e).Resolution!;
        Assert.Equal(("60", null, "ana", "ben"), (resolution.Outcome, resolution.Claimed(), resolution.ProposedBy, resolution.ConfirmedBy));
    }

    [Fact]
    public void A_log_that_names_nobody_claims_nobody()
    {
        var question = Closed with { Imported = true };
        var logged = (QuestionResolved)
            ImportedOutcomes
                .Log(question, new ClaimedOutcome("60", DateTimeOffset.UnixEpoch.AddYears(50), "r", []), "ivo", DateTimeOffset.UnixEpoch.AddYears(60))
                .Events.Single();
        Assert.Equal(
            ("ivo", "ivo", new ClaimedNames(null, null)),
            (logged.ProposedBy, logged.ConfirmedBy, ClaimedNames.Of(logged.Imported, logged.Claims, logged.ProposedBy, logged.ConfirmedBy))
        );
    }
}
