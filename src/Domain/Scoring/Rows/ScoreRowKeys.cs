namespace Domain.Scoring.Rows;

/// <summary>The names of a question's scores in ordinal order, kept once for all its rows.</summary>
internal sealed class ScoreRowKeys
{
    /// <summary>How many names there can be.</summary>
    public const int Most = 64;

    private readonly string[] _names;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A name stands twice, or there are too many.</exception>
    public ScoreRowKeys(IEnumerable<string> names)
    {
        _names = [.. names.Order(StringComparer.Ordinal)];
        if (_names.Length > Most)
            throw new ArgumentException($"{_names.Length} scores are more than {Most}.", nameof(names));
        for (var place = 0; place < _names.Length; place++)
            _places.Add(_names[place], place);
    }

    /// <summary>How many names there are.</summary>
    public int Count => _names.Length;

    /// <summary>The name at a place.</summary>
    public string this[int place] => _names[place];

    /// <summary>A name's place, or −1.</summary>
    public int PlaceOf(string name) => _places.GetValueOrDefault(name, -1);
}
