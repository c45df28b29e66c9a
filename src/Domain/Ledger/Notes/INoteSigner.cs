namespace Domain.Ledger.Notes;

/// <summary>Signs notes with one key.</summary>
public interface INoteSigner
{
    /// <summary>The key by which its signatures are verified.</summary>
    VerifierKey Key { get; }

    /// <summary>Signs a text.</summary>
    /// <param name="text">The note's text, its last line end included.</param>
    /// <param name="timestamp">When it is signed, in seconds since 1970-01-01 UTC; types of signature without a time leave it out.</param>
    NoteSignature Sign(string text, long timestamp);
}
