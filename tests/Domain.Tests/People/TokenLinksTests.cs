using Domain.People;

namespace Domain.Tests.People;

/// <summary>Which tokens link the proposer of an outcome with its confirmer.</summary>
public sealed class TokenLinksTests
{
    private static readonly DateTimeOffset Confirmed = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Who_made_the_confirmer_is_linked_with_them() =>
        Assert.Equal("ana issued a token of ben in the day before.", TokenLinks.Find("ana", "ben", Confirmed, [new("ben", "ana", Confirmed.AddHours(-1))]));

    [Fact]
    public void Who_made_the_proposer_is_linked_with_them() =>
        Assert.Equal("ben issued a token of ana in the day before.", TokenLinks.Find("ana", "ben", Confirmed, [new("ana", "ben", Confirmed.AddHours(-1))]));

    [Fact]
    public void Two_whom_the_same_person_let_in_are_linked() =>
        Assert.Equal(
            "chair issued tokens of ana and of ben in the day before.",
            TokenLinks.Find("ana", "ben", Confirmed, [new("ana", "chair", Confirmed.AddHours(-20)), new("ben", "chair", Confirmed.AddHours(-1))])
        );

    [Fact]
    public void Two_whom_different_people_let_in_are_not() =>
        Assert.Null(TokenLinks.Find("ana", "ben", Confirmed, [new("ana", "chair", Confirmed.AddHours(-1)), new("ben", "deputy", Confirmed.AddHours(-1))]));

    [Theory]
    [InlineData(0, true)]
    [InlineData(-24 * 3600, true)]
    [InlineData(-24 * 3600 - 1, false)]
    [InlineData(1, false)]
    public void A_token_counts_from_a_day_before_the_confirmation_until_it(int seconds, bool counts) =>
        Assert.Equal(counts, TokenLinks.Find("ana", "ben", Confirmed, [new("ben", "ana", Confirmed.AddSeconds(seconds))]) is not null);

    [Fact]
    public void Tokens_of_others_do_not_matter() =>
        Assert.Null(TokenLinks.Find("ana", "ben", Confirmed, [new("cem", "ana", Confirmed.AddHours(-1)), new("cem", "ben", Confirmed.AddHours(-1))]));
}
