using Domain;
using Domain.Importing;
using Domain.People;
using Marten;

namespace Worker.Importing;

/// <summary>What kinds of forecasters those in a file are: as they are registered, else by what the file or their names say.</summary>
internal sealed class KnownForecasters(IDocumentStore store)
{
    private const int Most = 50_000;
    private readonly Dictionary<string, ForecasterKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AnalystRegistered> _unregistered = new(StringComparer.Ordinal);

    private readonly HashSet<string> _themselves = new(StringComparer.Ordinal);

    public ForecasterKind KindOf(string forecaster) => _kinds[forecaster];

    /// <summary>Whether the forecaster comes in with a token or by an identity provider, and so needs nobody to speak for them.</summary>
    public bool SpeaksForThemself(string forecaster) => _themselves.Contains(forecaster);

    /// <summary>The event by which a forecaster who is registered nowhere becomes known; answered once, at the first forecast that is taken.</summary>
    public AnalystRegistered? Introduce(string forecaster) => _unregistered.Remove(forecaster, out var e) ? e : null;

    /// <summary>Looks up who is not known yet.</summary>
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
        {
            _kinds[analyst.Slug] = analyst.Kind;
            if (analyst.Tokens.Count > 0 || analyst.Subject is not null)
                _themselves.Add(analyst.Slug);
        }

        foreach (var (name, said) in kinds.Where(k => !_kinds.ContainsKey(k.Key)))
        {
            // A name that says what somebody is (bot:, document:, …) is not contradicted by a cell.
            var named = ImportedForecasters.KindOf(name);
            var kind = named != ForecasterKind.Person ? named : said ?? named;
            _kinds[name] = kind;
            if (ImportedForecasters.Register(name, kind) is { } e)
                _unregistered[name] = e;
        }
    }
}
