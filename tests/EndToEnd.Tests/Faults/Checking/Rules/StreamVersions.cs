namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>A stream's versions are 1, 2, 3 and so on, in the order of the sequence; ids and sequences are given once; the streams say the same.</summary>
internal static class StreamVersions
{
    public static IEnumerable<Finding> Check(StoreContents store)
    {
        foreach (var twice in store.Events.GroupBy(e => e.Id).Where(g => g.Count() > 1))
            yield return new Finding(nameof(StreamVersions), $"The id {twice.Key} is given {twice.Count()} times.", null, twice.Last().Sequence);
        foreach (var twice in store.Events.GroupBy(e => e.Sequence).Where(g => g.Count() > 1))
            yield return new Finding(nameof(StreamVersions), $"The sequence {twice.Key} is given {twice.Count()} times.", null, twice.Key);
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var stored in store.Events.OrderBy(e => e.Sequence))
        {
            var before = last.GetValueOrDefault(stored.Stream);
            if (stored.Version != before + 1)
                yield return new Finding(
                    nameof(StreamVersions),
                    $"Version {stored.Version} of {stored.Stream} follows version {before}.",
                    null,
                    stored.Sequence
                );
            last[stored.Stream] = stored.Version;
        }

        foreach (var (stream, version) in store.StreamVersions)
        {
            if (last.GetValueOrDefault(stream) != version)
                yield return new Finding(
                    nameof(StreamVersions),
                    $"{stream} is said to stand at version {version}, and its last event is version {last.GetValueOrDefault(stream)}."
                );
        }
    }
}
