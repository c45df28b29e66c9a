using Domain;
using Domain.Importing;
using Domain.People;
using Marten;

namespace Worker.Importing;

/// <summary>
/// The kinds of the forecasters in a file: as registered, otherwise as the file or their names say. A kind never changes; what can change while an import runs,
/// such as whether somebody has a token, is asked in each batch.
/// </summary>
internal sealed class KnownForecasters(IDocumentStore store)
{
    private const int Most = 50_000;
    private readonly Dictionary<string, ForecasterKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AnalystRegistered> _unregistered = new(StringComparer.Ordinal);

    public ForecasterKind KindOf(string forecaster) => _kinds[forecaster];

    /// <summary>The event that registers an unregistered forecaster. It is returned once, with the first accepted forecast.</summary>
    public AnalystRegistered? Introduce(string forecaster) => _unregistered.Remove(forecaster, out var e) ? e : null;

    /// <summary>Looks up the forecasters that are not known yet.</summary>
    public async Task LoadAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        if (_kinds.Count > Most)
            _kinds.Clear();
        var kinds = new Dictionary<string, ForecasterKind?>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (
                row.Values[ForecastColumns.Forecaster] is not { } name
                || _kinds.ContainsKey(name)
                || (!kinds.ContainsKey(name) && ImportedForecasters.Check(name) is not null)
            )
                continue;
            kinds[name] = kinds.GetValueOrDefault(name) ?? (row.Values[ForecastColumns.Kind] is { } said ? RowValues.Choice<ForecasterKind>(said) : null);
        }

        if (kinds.Count == 0)
            return;
        await using var session = store.QuerySession();
        foreach (var analyst in await session.LoadManyAsync<Analyst>(token, kinds.Keys.Select(StreamKeys.Analyst)))
            _kinds[analyst.Slug] = analyst.Kind;

        foreach (var (name, said) in kinds.Where(k => !_kinds.ContainsKey(k.Key)))
        {
            // A cell does not override a name that states the kind (bot:, document:, …).
            var named = ImportedForecasters.KindOf(name);
            var kind = named != ForecasterKind.Person ? named : said ?? named;
            _kinds[name] = kind;
            if (ImportedForecasters.Register(name, kind) is { } e)
                _unregistered[name] = e;
        }
    }
}
