using System.Numerics;
using System.Runtime.InteropServices;

namespace Domain.Consensus.OrderStatistics;

/// <summary>
/// The standing forecasts from the oldest to the newest, each in a slot, with its rank among them. Empty slots are removed when they
/// outnumber the taken ones, so that the cost of an operation does not grow with the age of the question.
/// </summary>
internal sealed class ForecastsByAge
{
    private readonly int[] _slotOf;
    private int[] _forecastAt = new int[128];
    private ulong[] _taken = new ulong[2];
    private int[] _beforeInPage = new int[2];
    private int[] _beforePage = new int[1];
    private int _end;

    public ForecastsByAge(int forecasts) => _slotOf = new int[forecasts];

    /// <summary>How many forecasts stand.</summary>
    public int Count { get; private set; }

    /// <summary>Rises by one whenever empty slots were removed, after which every forecast may have another slot.</summary>
    public int Arrangement { get; private set; }

    /// <summary>How many words of 64 slots there are.</summary>
    public int Words => (_end + 63) >> 6;

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        Array.Clear(_taken);
        (_end, Count) = (0, 0);
    }

    public void AddNewest(int forecast)
    {
        if (_end == _forecastAt.Length)
            MakeRoom();
        var (slot, word) = (_end, _end >> 6);
        if ((slot & 4095) == 0)
            _beforePage[word >> 6] = Count;
        if ((slot & 63) == 0)
            _beforeInPage[word] = Count - _beforePage[word >> 6];
        _forecastAt[slot] = forecast;
        _slotOf[forecast] = slot;
        _taken[word] |= 1UL << (slot & 63);
        _end++;
        Count++;
    }

    public void Remove(int forecast)
    {
        var slot = _slotOf[forecast];
        var word = slot >> 6;
        _taken[word] &= ~(1UL << (slot & 63));
        Count--;
        // Counts are kept by pages of 64 words, so that a removal changes only the later words of its page and the later pages.
        var page = word >> 6;
        TakeOne(_beforeInPage.AsSpan((word + 1)..Math.Min((page + 1) << 6, Words)));
        TakeOne(_beforePage.AsSpan((page + 1)..Math.Max((Words + 63) >> 6, page + 1)));
    }

    public int SlotOf(int forecast) => _slotOf[forecast];

    /// <summary>The forecast in a taken slot.</summary>
    public int ForecastAt(int slot) => _forecastAt[slot];

    /// <summary>The rank by age of the forecast in a slot, 1 the oldest.</summary>
    public int RankAt(int slot) => Before(slot >> 6) + OlderInWord(slot) + 1;

    /// <summary>How many forecasts are older than the one in a slot, of those in its word.</summary>
    public int OlderInWord(int slot) => BitOperations.PopCount(_taken[slot >> 6] & ((1UL << (slot & 63)) - 1));

    /// <summary>Which slots of a word are taken.</summary>
    public ulong Taken(int word) => _taken[word];

    /// <summary>How many forecasts are older than all in a word.</summary>
    public int Before(int word) => _beforePage[word >> 6] + _beforeInPage[word];

    /// <summary>The forecasts that stand, the oldest first.</summary>
    public IEnumerable<int> OldestFirst()
    {
        for (var slot = 0; slot < _end; slot++)
        {
            if ((_taken[slot >> 6] >> (slot & 63) & 1) == 1)
                yield return _forecastAt[slot];
        }
    }

    /// <summary>Takes 1 off each.</summary>
    private static void TakeOne(Span<int> counts)
    {
        var vectors = MemoryMarshal.Cast<int, Vector<int>>(counts);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] -= Vector<int>.One;
        for (var i = vectors.Length * Vector<int>.Count; i < counts.Length; i++)
            counts[i]--;
    }

    private void MakeRoom()
    {
        var slots = Count * 2 > _end ? _end * 2 : _end;
        var (old, end) = (_forecastAt, _end);
        var taken = _taken;
        (_forecastAt, _taken, _beforeInPage, _beforePage) = (new int[slots], new ulong[slots >> 6], new int[slots >> 6], new int[(slots + 4095) >> 12]);
        (_end, Count) = (0, 0);
        Arrangement++;
        for (var slot = 0; slot < end; slot++)
        {
            if ((taken[slot >> 6] >> (slot & 63) & 1) == 1)
                AddNewest(old[slot]);
        }
    }
}
