using Domain;
using Domain.People;
using Marten;

namespace Worker.Importing;

/// <summary>What kinds of forecasters those in a file are: as they are registered, else by what the file or their names say.</summary>
internal sealed class KnownForecasters(IDocumentStore store)
{
    private const int Most = 50_000;
    private const int KindColumn = 8;

    private readonly Dictionary<string, ForecasterKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AnalystRegistered> _unregistered = new(StringComparer.Ordinal);

    public ForecasterKind KindOf(string forecaster) => _kinds[forecaster];

    /// <summary>The event by which a forecaster who is registered nowhere becomes known; answered once, at the first forecast that is taken.</summary>
    public AnalystRegistered? Introduce(string forecaster) => _unregistered.Remove(forecaster, out var e) ? e : null;

    /// <summary>Looks up who is not known yet.</summary>
    public async Task LoadAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        if (_kinds.Count > Most) _kinds.Clear();
        var first = new Dictionary<string, ImportRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.Values[1] is { } name && !_kinds.ContainsKey(name) && !first.ContainsKey(name) && ImportedForecasters.Check(name) is null) first.Add(name, row);
        }

        if (first.Count == 0) return;
        await using var session = store.QuerySession();
        foreach (var analyst in await session.LoadManyAsync<Analyst>(token, first.Keys.Select(StreamKeys.Analyst))) _kinds[analyst.Slug] = analyst.Kind;
        foreach (var (name, row) in first.Where(f => !_kinds.ContainsKey(f.Key)))
        {
            var kind = Enum.TryParse<ForecasterKind>(row.Values[KindColumn], ignoreCase: true, out var said) && Enum.IsDefined(said) ? said : ImportedForecasters.KindOf(name);
            _kinds[name] = kind;
            if (ImportedForecasters.Register(name, kind) is { } e) _unregistered[name] = e;
        }
    }
}
