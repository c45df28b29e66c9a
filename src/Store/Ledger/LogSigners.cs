using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;

namespace Store.Ledger;

/// <summary>Who signs a log's checkpoints.</summary>
/// <param name="Origin">Which log. It is fixed for life.</param>
/// <param name="Ed25519">Signs every checkpoint. The name of its key is the origin.</param>
/// <param name="MlDsa44">Signs at least once a minute, since its signatures are long. The name of its key is the origin.</param>
public sealed record LogSigners(string Origin, INoteSigner Ed25519, INoteSigner MlDsa44)
{
    /// <summary>Signs a checkpoint.</summary>
    /// <param name="checkpoint">The head of the tree.</param>
    /// <param name="withMlDsa">Whether both keys sign it.</param>
    /// <param name="at">When it is signed.</param>
    public SignedCheckpoint Sign(Checkpoint checkpoint, bool withMlDsa, DateTimeOffset at) =>
        SignedCheckpoint.Sign(checkpoint, withMlDsa ? [Ed25519, MlDsa44] : [Ed25519], at.ToUnixTimeSeconds());
}
