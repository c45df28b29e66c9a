using Domain.Questions;
using Store.Events;

namespace Store.Views;

/// <summary>
/// A view whose rows the database makes from the events, with a few statements over a range of sequence numbers. It keeps up with an import of a million
/// forecasts, because the events do not travel to the service and back as rows. The daemon runs the statements on the tables that are read, in the transaction
/// that records its progress (<see cref="TableViewSubscription"/>); a rebuild runs the same statements on separate tables.
/// </summary>
/// <remarks>The statements read the events without the event store, so they must apply the upcasters.</remarks>
/// <param name="Shard">The name under which the daemon keeps its progress.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Reads">The types of events that it is made of.</param>
/// <param name="Tables">The names of its tables.</param>
/// <param name="Seeks">The tables whose key the statements use to find rows. A rebuild makes every other key and index after the rows.</param>
/// <param name="Stretch">The longest range of one run while many events are read.</param>
/// <param name="Statements">
/// The statements that bring the tables from $1, the sequence of the last event in them, to $2, given the tables' names. Two consecutive ranges give the same
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
    /// <summary>Whether the range contains an event that the view is made of.</summary>
    public string Any => $"select exists (select from {Events("", Reads)})";

    /// <summary>Records that the view goes up to $1, if no progress is recorded.</summary>
    public string Begin => $"insert into {EventSql.Progress} (name, last_seq_id) values ('{Shard}:All', $1) on conflict do nothing";

    /// <summary>The text after <c>from</c> for the events of some types in the range, with the alias <c>e</c>.</summary>
    /// <param name="beside">The join to each event.</param>
    /// <param name="types">The types. They are literals, so that the index of rare types is used for rare ones.</param>
    public static string Events(string beside, params Type[] types) =>
        $"""
            {EventSql.Events} e {beside}
            where e.seq_id > $1 and e.seq_id <= $2 and e.type in ({EventSql.Names(types)}) and not e.is_archived and not coalesce(e.is_skipped, false)
            """;

    /// <summary>
    /// An instant from text in JSON, truncated to the microsecond as everywhere. A cast alone would round. Only with seven digits is the text longer than 32
    /// characters.
    /// </summary>
    public static string Instant(string text) => $"(case when length({text}) > 32 then left({text}, 26) || right({text}, 6) else {text} end)::timestamptz";

    /// <summary>Whether a question was imported, according to its draft.</summary>
    public static string IsImported(string question) =>
        $"coalesce((select {EventSql.Text("d", nameof(QuestionDrafted.Imported), typeof(QuestionDrafted))}::boolean from {EventSql.Events} d where "
        + $"d.stream_id = 'question/' || {question} and d.version = 1), false)";

    /// <summary>The words of a JSON list.</summary>
    public static string Words(string list) => $"array(select word from jsonb_array_elements_text({list}) with ordinality as l (word, place) order by place)";

    /// <summary>Numbers from the entries <c>n</c> of a JSON list; null if the JSON is not a list.</summary>
    public static string Numbers(string list, string number) =>
        $"case when jsonb_typeof({list}) = 'array' then array(select ({number})::double precision from jsonb_array_elements({list}) with ordinality as "
        + "l (n, place) order by place) end";
}
