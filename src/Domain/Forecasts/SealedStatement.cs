using Domain.Ledger.Leaves;
using Domain.Ledger.Text;

namespace Domain.Forecasts;

/// <summary>
/// What an analyst seals: a salt, and a statement as JSON in the spelling of RFC 8785, <c>{"probability":0.7}</c>, <c>{"probabilities":{…}}</c> or
/// <c>{"quantiles":[…]}</c>. Its seal, <c>SHA-256("forecasts/sealed/v1" ‖ 0x00 ‖ salt ‖ statement)</c>, shows nothing of the statement, and nobody can open it
/// to another one.
/// </summary>
public sealed class SealedStatement
{
    private SealedStatement(Salt salt, byte[] canonical) => (Salt, Text) = (salt, StrictUtf8.Decode(canonical)!);

    /// <summary>The salt, which stays with the analyst until the revelation.</summary>
    public Salt Salt { get; }

    /// <summary>The statement, JSON in the spelling of RFC 8785.</summary>
    public string Text { get; }

    /// <summary>The seal in base64, 44 characters.</summary>
    public string Seal => Commitment.To(CommittedField.Sealed, Salt, StrictUtf8.Encode(Text)).ToString();

    /// <summary>A statement to seal, or to reveal.</summary>
    /// <param name="salt">A salt that was not used before.</param>
    /// <param name="json">The statement, JSON in any spelling.</param>
    public static Parsed<SealedStatement> Of(Salt salt, ReadOnlySpan<byte> json) =>
        CanonicalJson.Canonicalize(json).Is(out var canonical, out var malformed) ? new SealedStatement(salt, canonical) : malformed;
}
