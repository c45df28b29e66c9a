namespace Domain.TrackRecords;

/// <summary>The outcome of an earlier question under the same tag: what the base rate counts.</summary>
/// <param name="KnownAt">The instant from which the outcome was known.</param>
/// <param name="Option">The index of the option that came true.</param>
/// <param name="OptionCount">How many options the question had; only questions with the scored question's count are counted.</param>
/// <param name="Count">How many questions came out so at that instant; those that count alike from the start may be put together.</param>
public readonly record struct EarlierOutcome(DateTimeOffset KnownAt, int Option, int OptionCount, int Count = 1);
