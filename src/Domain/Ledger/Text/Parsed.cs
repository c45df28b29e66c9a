using System.Diagnostics.CodeAnalysis;

namespace Domain.Ledger.Text;

/// <summary>Why bytes are not what they were read as. Nothing of them may be used.</summary>
/// <param name="Reason">A sentence without a full stop, for whoever wrote or sent the bytes.</param>
public sealed record Malformed(string Reason);

/// <summary>What reading gave: a value, or the reason for which the bytes are refused. Reading throws nothing.</summary>
/// <typeparam name="T">What was to be read.</typeparam>
public readonly struct Parsed<T>
    where T : notnull
{
    private readonly T? _value;
    private readonly Malformed? _malformed;

    private Parsed(T? value, Malformed? malformed) => (_value, _malformed) = (value, malformed);

    /// <summary>Why the bytes are refused; null where they were read.</summary>
    public string? Reason => _malformed?.Reason;

    /// <summary>The value that was read, or the reason for the refusal: exactly one of them is given.</summary>
    /// <param name="value">The value.</param>
    /// <param name="malformed">The reason.</param>
    /// <returns>Whether there is a value.</returns>
    public bool Is([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Malformed? malformed)
    {
        (value, malformed) = (_value, _malformed);
        return malformed is null;
    }

    /// <summary>The value, for bytes that cannot be wrong but by a defect: a constant, or what this process has just written.</summary>
    /// <exception cref="FormatException">The bytes were refused; the message is the reason.</exception>
    public T Value => _malformed is null ? _value! : throw new FormatException(_malformed.Reason);

    /// <summary>A value that was read. An interface cannot be converted to, and is handed in here.</summary>
    /// <param name="value">The value.</param>
    public static Parsed<T> Of(T value) => new(value, null);

    /// <summary>A value that was read.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Parsed<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    /// <param name="malformed">The reason.</param>
    public static implicit operator Parsed<T>(Malformed malformed) => new(default, malformed);
}
