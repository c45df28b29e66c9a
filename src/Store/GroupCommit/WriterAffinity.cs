using System.Runtime.InteropServices;

namespace Store.GroupCommit;

/// <summary>
/// Knows which writer has the pending steps of a stream. All of them go to one writer, so that they are recorded in order of arrival and no two writers wait
/// for or overtake each other.
/// </summary>
internal sealed class WriterAffinity
{
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Adds a step and returns its writer: the one that has the steps before it, or the preferred one if there are none.</summary>
    public int Enter(string stream, int preferred)
    {
        lock (_lock)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_held, stream, out var exists);
            held = exists ? held with { Steps = held.Steps + 1 } : new Held(preferred, 1);
            return held.Writer;
        }
    }

    /// <summary>Removes steps that have been answered, or that were never handed over.</summary>
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
