using Domain.Ledger.Text;

namespace Domain.Ledger.Notes;

/// <summary>
/// The name of a key, by signed-note, "Format": not empty, without Unicode spaces, plus signs and control characters. A log's key is named as its origin.
/// </summary>
public readonly record struct KeyName
{
    private KeyName(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>Reads a name.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name; refused is what a key cannot be named.</returns>
    public static Parsed<KeyName> Parse(string text)
    {
        if (text.Length == 0)
            return new Malformed("The name of a key is not empty");
        return text.Any(c => c is '+' || c < ' ' || char.IsWhiteSpace(c)) || !StrictUtf8.CanEncode(text)
            ? new Malformed("The name of a key has no spaces, no plus signs and no control characters")
            : new KeyName(text);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Value;
}
