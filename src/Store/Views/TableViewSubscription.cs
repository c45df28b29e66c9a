using System.Text.RegularExpressions;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Services;
using Marten.Subscriptions;
using Npgsql;
using Store.Events;

namespace Store.Views;

/// <summary>Makes the daemon maintain a view. The daemon only supplies the range of events, and loads none of them.</summary>
internal sealed partial class TableViewSubscription : SubscriptionBase
{
    /// <summary>
    /// Fails the page, and with it all that it writes, where its progress was not recorded before: another process has taken in some of its events, and the
    /// progress that is recorded is not the page's beginning. The event store itself only logs that, and goes on.
    /// </summary>
    /// <remarks>It writes nothing: either no row is meant, or the text that is no number fails.</remarks>
    private const string Guard = $"""
        update {EventSql.Progress} set last_seq_id = last_seq_id
        where name = ? and case when last_seq_id = ? then false else ('progress is ' || last_seq_id)::bigint is null end
        """;

    private readonly TableView _view;
    private readonly (string Sql, bool[] Ends)[] _statements;

    public TableViewSubscription(TableView view)
    {
        _view = view;
        _statements = [.. view.Statements(ViewTables.Served).Select(s => (Bound().Replace(s, "?"), Bound().Matches(s).Select(m => m.Value == "$2").ToArray()))];
        Name = view.Shard;
        // No event is ever archived, so this loads no event.
        IncludeType<Archived>();
    }

    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page,
        ISubscriptionController controller,
        IDocumentOperations operations,
        CancellationToken cancellationToken
    )
    {
        var isGuarded = false;
        for (var from = page.SequenceFloor; from < page.SequenceCeiling; )
        {
            var to = _view.Stretch < page.SequenceCeiling - from ? from + _view.Stretch : page.SequenceCeiling;
            // While forecasts come in, many pages contain no score, and every statement would find nothing. No statement may return rows: the event store would
            // not read them, and the driver would then silently cancel unfinished work after five seconds.
            if (await AnyAsync(operations, from, to, cancellationToken))
            {
                if (!isGuarded)
                    operations.QueueSqlCommand(Guard, page.ShardName.Identity, page.SequenceCeiling);
                isGuarded = true;
                foreach (var (sql, ends) in _statements)
                    operations.QueueSqlCommand(sql, Array.ConvertAll(ends, end => (object)(end ? to : from)));
            }

            from = to;
        }

        return NullChangeListener.Instance;
    }

    private async Task<bool> AnyAsync(IDocumentOperations operations, long from, long to, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(_view.Any)
        {
            Parameters =
            {
                new() { Value = from },
                new() { Value = to },
            },
        };
        await using var reader = await operations.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) && reader.GetBoolean(0);
    }

    [GeneratedRegex(@"\$[12]")]
    private static partial Regex Bound();
}
