namespace Domain.Ledger.Tiles;

/// <summary>A tree that took leaves.</summary>
/// <param name="Edge">The tree as it is now.</param>
/// <param name="Tiles">
/// The tiles that it has and did not have before, those of <see cref="TilePath.Touched"/>, each level's in order. A full tile takes the place of the partial
/// ones with its index, which may then be deleted.
/// </param>
public sealed record TreeGrowth(TreeEdge Edge, IReadOnlyList<(TilePath Path, HashTile Tile)> Tiles);
