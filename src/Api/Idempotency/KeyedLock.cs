namespace Api.Idempotency;

/// <summary>Lets requests with one id go on one after the other, in this process; they wait without holding a connection.</summary>
public sealed class KeyedLock
{
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    public async Task<IDisposable> TakeAsync(string id, CancellationToken token)
    {
        Line line;
        lock (_lines)
        {
            if (!_lines.TryGetValue(id, out line!))
                _lines[id] = line = new Line();
            line.Waiting++;
        }

        try
        {
            await line.Gate.WaitAsync(token);
            return new Turn(this, id, line);
        }
        catch
        {
            Leave(id, line);
            throw;
        }
    }

    private void Leave(string id, Line line)
    {
        lock (_lines)
        {
            if (--line.Waiting > 0)
                return;
            _lines.Remove(id);
            line.Gate.Dispose();
        }
    }

    private sealed class Line
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public int Waiting { get; set; }
    }

    private sealed class Turn(KeyedLock locks, string id, Line line) : IDisposable
    {
        public void Dispose()
        {
            line.Gate.Release();
            locks.Leave(id, line);
        }
    }
}
