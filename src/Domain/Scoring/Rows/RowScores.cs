using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Domain.Scoring.Rows;

/// <summary>The scores of one row by name, in ordinal order: null where undefined, until set.</summary>
internal sealed class RowScores(ScoreRowKeys keys) : IReadOnlyDictionary<string, double?>
{
    private readonly double[] _values = new double[keys.Count];
    private ulong _defined;

    public int Count => _values.Length;

    public IEnumerable<string> Keys => this.Select(pair => pair.Key);

    public IEnumerable<double?> Values => this.Select(pair => pair.Value);

    public double? this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no score '{key}'.");

    public bool ContainsKey(string key) => keys.PlaceOf(key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double? value)
    {
        var place = keys.PlaceOf(key);
        value = place < 0 ? null : At(place);
        return place >= 0;
    }

    public IEnumerator<KeyValuePair<string, double?>> GetEnumerator()
    {
        for (var place = 0; place < _values.Length; place++)
            yield return new(keys[place], At(place));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Defines a score, while the row is made.</summary>
    internal void Set(int place, double value)
    {
        _values[place] = value;
        _defined |= 1UL << place;
    }

    private double? At(int place) => (_defined >> place & 1) == 1 ? _values[place] : null;
}
