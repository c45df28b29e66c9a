namespace Api.Live;

/// <summary>The latest batches. The bounds hold however many readers there are and however slow they are: a batch beyond them is emptied.</summary>
public sealed class LiveWindow(int mostEvents, long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<LiveBatch> _batches = [];
    private long _bytes;
    private int _count;

    /// <summary>Everything up to here has been shown.</summary>
    public long Through
    {
        get
        {
            lock (_gate)
                return _batches.Last!.Value.Through;
        }
    }

    /// <summary>Starts anew: what comes is shown, what was is not.</summary>
    public void Start(long at)
    {
        lock (_gate)
        {
            _batches.Clear();
            (_bytes, _count) = (0, 0);
            _batches.AddLast(new LiveBatch(at, at, [], new HashSet<string>()));
        }
    }

    public void Add(LiveBatch batch)
    {
        LiveBatch last;
        lock (_gate)
        {
            last = _batches.Last!.Value;
            _batches.AddLast(batch);
            (_bytes, _count) = (_bytes + batch.Bytes, _count + batch.Count);
            // What was erased is shown to nobody any more: who has to catch up reads it from the store.
            while (_batches.Count > 1 && (batch.Erases || _bytes > mostBytes || _count > mostEvents))
            {
                var oldest = _batches.First!.Value;
                _batches.RemoveFirst();
                (_bytes, _count) = (_bytes - oldest.Bytes, _count - oldest.Count);
                oldest.Forget();
            }
        }

        last.Continue(batch);
    }

    /// <summary>The last batch: a reader who goes on from it gets what comes.</summary>
    public LiveBatch Last()
    {
        lock (_gate)
            return _batches.Last!.Value;
    }

    /// <summary>The first batch that holds something after a sequence, or the last where nothing is; null where that is no longer kept.</summary>
    public LiveBatch? Holding(long after)
    {
        lock (_gate)
        {
            if (after < _batches.First!.Value.After)
                return null;
            return _batches.FirstOrDefault(b => b.Through > after) ?? _batches.Last!.Value;
        }
    }
}
