using Domain.Erasures;
using Domain.People;

namespace Domain.Tests.Erasures;

/// <summary>Who may erase what, and what stands in the place of a text.</summary>
public sealed class ErasureDecisionsTests
{
    private static readonly ErasableText[] Texts =
    [
        new(1, "evidence", IsErased: false),
        new(2, "rationale", IsErased: false),
        new(3, "source/document", IsErased: true),
    ];

    [Theory]
    [InlineData("forecast/rain/ana", "ana", false, true)]
    [InlineData("forecast/rain/susana", "ana", false, false)]
    [InlineData("forecast/ana/ben", "ana", false, false)]
    [InlineData("question/ana", "ana", false, false)]
    [InlineData("analyst/ana", "ana", false, false)]
    [InlineData("question/ana", "ben", true, true)]
    public void A_forecaster_erases_texts_of_their_own_forecasts_and_an_admin_every_one(string stream, string caller, bool isAdmin, bool may) =>
        Assert.Equal(may, ErasureDecisions.MayErase(stream, caller, isAdmin));

    [Fact]
    public void Without_fields_every_text_goes_that_is_still_there()
    {
        var chosen = ErasureDecisions.Choose(Texts, null, "Why.", out var refused);

        Assert.Null(refused);
        Assert.Equal(["evidence", "rationale"], chosen.Select(t => t.Field));
    }

    [Fact]
    public void A_field_is_erased_alone() => Assert.Equal(["rationale"], ErasureDecisions.Choose(Texts, ["rationale"], "Why.", out _).Select(t => t.Field));

    [Theory]
    [InlineData("probability", "Why.", RefusalKind.Invalid, "evidence, rationale, source/document")]
    [InlineData("source/document", "Why.", RefusalKind.Conflict, "erased before")]
    [InlineData("rationale", "", RefusalKind.Invalid, "this has none")]
    public void What_cannot_be_erased_is_refused_with_what_to_change(string field, string reason, RefusalKind kind, string said)
    {
        Assert.Empty(ErasureDecisions.Choose(Texts, [field], reason, out var refused));

        Assert.Equal(kind, refused!.Refusals[0].Kind);
        Assert.Contains(said, refused.Refusals[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_texts_has_nothing_to_erase()
    {
        Assert.Empty(ErasureDecisions.Choose([], null, "Why.", out var refused));

        Assert.Equal(RefusalKind.Conflict, refused!.Refusals[0].Kind);
    }

    [Fact]
    public void Nobody_is_erased_by_themselves_or_twice()
    {
        Assert.Null(ErasureDecisions.RefuseToErase("ana", "owner", isErased: false, "Why."));
        Assert.NotNull(ErasureDecisions.RefuseToErase("owner", "owner", isErased: false, "Why."));
        Assert.NotNull(ErasureDecisions.RefuseToErase("ana", "owner", isErased: true, "Why."));
        Assert.NotNull(ErasureDecisions.RefuseToErase("ana", "owner", isErased: false, new string('x', ErasureDecisions.MaxReason + 1)));
    }

    [Fact]
    public void Who_was_erased_has_no_token_and_no_role_and_gets_none_again()
    {
        var at = new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
        object[] lived = [new AnalystRegistered("ana", "Ana", ForecasterKind.Person, [Role.Analyst]), new TokenIssued("t", "fc_1", "hash", null)];
        var ana = lived.Aggregate((Analyst?)null, (a, e) => Analyst.After(a, "analyst/ana", e))!;

        var erased = AnalystDecisions.Erase(ana, [], at, "Asked.").Aggregate(ana, (a, e) => Analyst.After(a, a.Id, e)!);

        Assert.Equal((0, 0, at), (erased.Tokens.Count, erased.Roles.Count, erased.ErasedAt));
        Assert.Equal(RefusalKind.Conflict, AnalystDecisions.ChangeRoles(erased, [Role.Analyst]).Refusals[0].Kind);
        Assert.Equal(RefusalKind.Conflict, AnalystDecisions.Issue(erased, new TokenIssued("u", "fc_2", "hash", null), at).Refusals[0].Kind);
    }

    [Fact]
    public void The_words_in_the_place_of_a_text_say_when_it_was_erased()
    {
        var at = new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero).AddMicroseconds(123_456);

        Assert.Equal("[erased 2026-06-01T08:00:00.123456Z]", ErasedText.Of(at));
        Assert.Equal(at, ErasedText.ErasedAt(ErasedText.Of(at)));
        foreach (var text in new[] { null, "", "[erased ]", "[erased yesterday]", "Clouds.", "[erased 2026-06-01T08:00:00.123456Z" })
            Assert.Null(ErasedText.ErasedAt(text));
    }
}
