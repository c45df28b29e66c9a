using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace Store.Scores;

/// <summary>An event as a view reads it.</summary>
internal readonly record struct ViewEvent(long Sequence, string Stream, object Data);

/// <summary>A statement over many rows: a question mark for each of its values, which are arrays.</summary>
internal readonly record struct ViewStatement(string Sql, params object[] Values);

/// <summary>
/// A view that is kept by a few statements a page of events. The daemon runs them on the tables that are read, in the transaction that notes its
/// progress; a rebuild runs the same ones on tables beside them.
/// </summary>
public abstract class ViewProjection : ProjectionBase, IProjection
{
    private protected ViewProjection(string shard, int page, IReadOnlyList<Type> reads, IReadOnlyList<string> tables)
    {
        (Name, Page, Reads, Tables) = (shard, page, reads, tables);
        foreach (var type in reads) IncludeType(type);
        Options.BatchSize = page;
        foreach (var table in tables) Options.DeleteDataInTableOnTeardown($"{ForecastStore.Schema}.{table}");
    }

    /// <summary>How many events make up a page.</summary>
    internal int Page { get; }

    /// <summary>The types of events that it reads.</summary>
    internal IReadOnlyList<Type> Reads { get; }

    /// <summary>The names of its tables.</summary>
    internal IReadOnlyList<string> Tables { get; }

    /// <summary>
    /// What its statements find rows by: tables by their key, and indexes. Every other key and index a rebuild makes once the rows are there.
    /// </summary>
    internal abstract IReadOnlyList<string> Seeks { get; }

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (var (sql, values) in StatementsFor(ViewTables.Served, [.. events.Select(e => new ViewEvent(e.Sequence, e.StreamKey!, e.Data))]))
        {
            operations.QueueSqlCommand(sql, values);
        }

        return Task.CompletedTask;
    }

    /// <summary>What brings the tables from before a page of events to behind it.</summary>
    internal abstract IEnumerable<ViewStatement> StatementsFor(ViewTables tables, IReadOnlyList<ViewEvent> events);
}
