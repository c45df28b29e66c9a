namespace Domain.Erasures;

/// <summary>The erased texts of one event.</summary>
/// <param name="Event">The id of the event.</param>
/// <param name="Texts">
/// Which of its free texts, from 0: the places of their commitments in the leaf's <c>text</c>. They are counted in the data's RFC 8785 spelling.
/// </param>
public sealed record ErasedTexts(Guid Event, IReadOnlyList<int> Texts);

/// <summary>An event that says what was erased. It is recorded in the stream of the erased texts.</summary>
public interface IErasure
{
    /// <summary>What was erased.</summary>
    IReadOnlyList<ErasedTexts> Erased { get; }

    /// <summary>When it was erased, UTC. It stands in the places of the texts.</summary>
    DateTimeOffset ErasedAt { get; }
}

/// <summary>Texts in the events of a stream were erased. The events stay, with <see cref="ErasedText"/> in the places of the texts.</summary>
/// <param name="Erased">What was erased: the texts that were asked for, and the same texts elsewhere in the stream.</param>
/// <param name="ErasedAt">When, UTC.</param>
/// <param name="Reason">Why, 1 to 1,000 characters.</param>
public sealed record TextsErased(IReadOnlyList<ErasedTexts> Erased, DateTimeOffset ErasedAt, string Reason) : IErasure;
