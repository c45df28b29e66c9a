using Domain.Erasures;

namespace Domain.People;

/// <summary>The name of an analyst and who it is to the identity provider were erased. The slug stays, and the scores under it.</summary>
/// <param name="Erased">What was erased in the analyst's own stream.</param>
/// <param name="ErasedAt">When, UTC.</param>
/// <param name="Reason">Why, 1 to 1,000 characters.</param>
public sealed record PersonErased(IReadOnlyList<ErasedTexts> Erased, DateTimeOffset ErasedAt, string Reason) : IErasure;
