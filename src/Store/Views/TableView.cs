using Domain.Questions;
using Store.Events;

namespace Store.Views;

/// <summary>
/// A view whose rows are made of the events where both lie, by a few statements over a stretch of sequence numbers: that follows an import of a million
/// forecasts, whose events would else all be carried to the service and back as rows. The daemon runs them on the tables that are read, in the
/// transaction that notes its progress (<see cref="TableViewSubscription"/>); a rebuild runs the same ones on tables beside them.
/// </summary>
/// <remarks>The events are read past the event store: an upcaster of theirs belongs into the statements too.</remarks>
/// <param name="Shard">The name under which the daemon keeps its progress.</param>
/// <param name="Name">The name by which people call it.</param>
/// <param name="Reads">The types of events that it is made of.</param>
/// <param name="Tables">The names of its tables.</param>
/// <param name="Seeks">The tables by whose key the statements find rows; every other key and index a rebuild makes once the rows are there.</param>
/// <param name="Stretch">The longest stretch that the statements go over at once while many events are read.</param>
/// <param name="Statements">
/// What brings the tables from $1, the sequence of the last event that they know, to $2, given their names; any two stretches one after the other make the same
/// rows as both at once.
/// </param>
internal sealed record TableView(
    string Shard,
    string Name,
    Type[] Reads,
    IReadOnlyList<string> Tables,
    IReadOnlyList<string> Seeks,
    long Stretch,
    Func<ViewTables, IReadOnlyList<string>> Statements
)
{
    /// <summary>Whether there is an event in the stretch that the view is made of.</summary>
    public string Any => $"select exists (select from {Events("", Reads)})";

    /// <summary>Notes that the view goes up to $1, where nothing has been noted of it.</summary>
    public string Begin => $"insert into {EventSql.Progress} (name, last_seq_id) values ('{Shard}:All', $1) on conflict do nothing";

    /// <summary>What follows <c>from</c> for the events of some types in the stretch, as <c>e</c>.</summary>
    /// <param name="beside">What is joined to each event.</param>
    /// <param name="types">The types; they are within the text, so that the index of rare types serves those that are.</param>
    public static string Events(string beside, params Type[] types) =>
        $"""
            {EventSql.Events} e {beside}
            where e.seq_id > $1 and e.seq_id <= $2 and e.type in ({EventSql.Names(types)}) and not e.is_archived and not coalesce(e.is_skipped, false)
            """;

    /// <summary>
    /// An instant that JSON holds as text, to the microsecond, the rest cut off as everywhere; a cast alone would round. Only with seven digits is the text
    /// longer than 32 characters.
    /// </summary>
    public static string Instant(string text) => $"(case when length({text}) > 32 then left({text}, 26) || right({text}, 6) else {text} end)::timestamptz";

    /// <summary>Whether a question came from a file, as its draft says.</summary>
    public static string IsImported(string question) =>
        $"coalesce((select {EventSql.Text("d", nameof(QuestionDrafted.Imported), typeof(QuestionDrafted))}::boolean from {EventSql.Events} d where "
        + $"d.stream_id = 'question/' || {question} and d.version = 1), false)";

    /// <summary>Words that JSON holds as a list.</summary>
    public static string Words(string list) => $"array(select word from jsonb_array_elements_text({list}) with ordinality as l (word, place) order by place)";

    /// <summary>Numbers out of the entries <c>n</c> of a JSON list; null where it is none.</summary>
    public static string Numbers(string list, string number) =>
        $"case when jsonb_typeof({list}) = 'array' then array(select ({number})::double precision from jsonb_array_elements({list}) with ordinality as "
        + "l (n, place) order by place) end";
}
