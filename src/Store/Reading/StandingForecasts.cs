using Weasel.Postgresql.Functions;

namespace Store.Reading;

/// <summary>
/// Finds the forecasts that stand on a question at an instant. It is a database function so that PostgreSQL plans it once per connection. With an inline
/// statement the planner cannot estimate how many streams lie between the two keys, so it replans on every call, and planning takes longer than the query.
/// </summary>
internal static class StandingForecasts
{
    /// <summary>
    /// Settings that give a plan that is good for any question: streams are read in the order of their names, only as many as are needed, and their steps one
    /// stream after the other.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Planning = new Dictionary<string, string>
    {
        ["plan_cache_mode"] = "force_generic_plan",
        ["enable_bitmapscan"] = "off",
    };

    private const string Name = ForecastStore.Schema + ".standing_forecasts";

    /// <summary>Calls the function with the names that bound the streams, the instant of knowledge, the instant, and the most streams.</summary>
    public const string Call = $"select * from {Name}($1, $2, $3, $4, $5)";

    /// <summary>
    /// For each of the next streams between two names, in the order of names: its last step by an instant, as known at another instant. If there is none, only
    /// the stream's name.
    /// </summary>
    public static readonly string Statement = $"""
        select l.*, s.id from (
            select m.id from {ForecastLog.Streams} m where m.id collate "C" > $1 and m.id collate "C" < $2 order by m.id collate "C" limit $5) s
        left join lateral (
            select {ForecastLog.Step} from {ForecastLog.Events} e
            where e.stream_id = s.id and e.timestamp <= $3 and {ForecastLog.IsStated} and {ForecastLog.MadeAt} <= $4
            order by {ForecastLog.MadeAt} desc, e.seq_id desc limit 1) l on true
        order by s.id collate "C"
        """;

    // In the form in which the database prints it. The service compares the two when it starts.
    private const string Parameters =
        "first_name character varying, end_name character varying, known_at timestamp with time zone, as_of timestamp with time zone, streams integer";

    private const string Columns =
        "event_id uuid, sequence bigint, type character varying, recorded_at timestamp with time zone, user_name character varying, data text, "
        + "stream character varying";

    public static Function Function() =>
        Weasel.Postgresql.Functions.Function.ForSql(
            $"""
            CREATE OR REPLACE FUNCTION {Name}({Parameters})
             RETURNS TABLE({Columns})
             LANGUAGE plpgsql
             STABLE
            {string.Join('\n', Planning.Select(p => $" SET {p.Key} TO '{p.Value}'"))}
            AS $function$
            begin
                return query
            {Statement};
            end
            $function$;
            """
        );
}
