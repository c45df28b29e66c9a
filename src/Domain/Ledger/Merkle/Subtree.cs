namespace Domain.Ledger.Merkle;

/// <summary>A perfect subtree: the leaves from <c>Index * 2^Height</c> on, 2^Height of them. Its hash never changes as the tree grows.</summary>
/// <param name="Height">How many levels above the leaves its root is, 0 to 62; 0 is a leaf.</param>
/// <param name="Index">How many subtrees of that height lie before it.</param>
public readonly record struct Subtree(int Height, long Index);
