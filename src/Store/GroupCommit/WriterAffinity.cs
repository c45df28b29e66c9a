using System.Runtime.InteropServices;

namespace Store.GroupCommit;

/// <summary>
/// Which writer has the steps of a stream that are on their way: all of them go to one, so that they are recorded in the order of their
/// arrival and no two writers wait for, or overtake, each other.
/// </summary>
internal sealed class WriterAffinity
{
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Counts a step in, and answers the writer that has it: the one that has those before it, or else the one that is preferred.</summary>
    public int Enter(string stream, int preferred)
    {
        lock (_lock)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_held, stream, out var exists);
            held = exists ? held with { Steps = held.Steps + 1 } : new Held(preferred, 1);
            return held.Writer;
        }
    }

    /// <summary>Counts steps out that have been answered, or were never handed over.</summary>
    public void Leave(ReadOnlySpan<string> streams)
    {
        lock (_lock)
        {
            foreach (var stream in streams)
            {
                ref var held = ref CollectionsMarshal.GetValueRefOrNullRef(_held, stream);
                if (held.Steps == 1)
                    _held.Remove(stream);
                else
                    held = held with { Steps = held.Steps - 1 };
            }
        }
    }

    private readonly record struct Held(int Writer, int Steps);
}
