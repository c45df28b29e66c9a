using Marten;
using Weasel.Postgresql.Tables;

namespace Store.Scoring;

/// <summary>The tables of scoring in addition to the events: the waiting questions, and the last generation that has been followed.</summary>
internal static class ScoringTables
{
    /// <summary>The questions that wait to be scored, one row for each.</summary>
    public const string Pending = $"{ForecastStore.Schema}.pending_scorings";

    public static void AddScoringTables(this StoreOptions options)
    {
        var pending = new Table(Pending);
        pending.AddColumn("question", "varchar").AsPrimaryKey();
        pending.AddColumn("trigger", "varchar").NotNull();
        pending.AddColumn("import_id", "varchar");
        pending.AddColumn("asked", "integer").NotNull().DefaultValue(0);
        options.Storage.ExtendedSchemaObjects.AddRange([pending, Dependents.Table()]);
    }
}
