using Marten;
using Store.Scores;
using Weasel.Postgresql.Tables;

namespace Store.Importing;

/// <summary>Where imports are kept: what came in, what became of it, and the questions that wait to be scored because of it.</summary>
internal static class ImportTables
{
    public const string Imports = $"{ForecastStore.Schema}.imports";
    public const string Chunks = $"{ForecastStore.Schema}.import_chunks";
    public const string Refusals = $"{ForecastStore.Schema}.import_refusals";
    public const string UnchangingOutcomes = $"{ForecastStore.Schema}.unchanging_outcomes";
    public const string Pending = $"{ForecastStore.Schema}.pending_scorings";

    public static void AddImportTables(this StoreOptions options)
    {
        var imports = new Table($"{ForecastStore.Schema}.imports");
        imports.AddColumn("id", "varchar").AsPrimaryKey();
        imports.AddColumn("kind", "varchar").NotNull();
        imports.AddColumn("format", "varchar").NotNull();
        imports.AddColumn("status", "varchar").NotNull();
        imports.AddColumn("actor", "varchar").NotNull();
        imports.AddColumn("correlation", "varchar");
        foreach (var count in (string[])["read", "accepted", "unchanged", "refused", "recorded"])
            imports.AddColumn(count, "bigint").NotNull().DefaultValue(0);
        imports.AddColumn("sequence_before", "bigint").NotNull().DefaultValue(0);
        imports.AddColumn("started_at", "timestamp with time zone").NotNull();
        imports.AddColumn("finished_at", "timestamp with time zone");
        imports.AddColumn("failure", "varchar");

        var chunks = new Table($"{ForecastStore.Schema}.import_chunks");
        chunks.AddColumn("import_id", "varchar").AsPrimaryKey();
        chunks.AddColumn("number", "integer").AsPrimaryKey();
        chunks.AddColumn("bytes", "bytea").NotNull();

        var refusals = new Table($"{ForecastStore.Schema}.import_refusals");
        refusals.AddColumn("import_id", "varchar").AsPrimaryKey();
        refusals.AddColumn("line", "bigint").AsPrimaryKey();
        refusals.AddColumn("field", "varchar");
        refusals.AddColumn("reason", "varchar").NotNull();

        var pending = new Table($"{ForecastStore.Schema}.pending_scorings");
        pending.AddColumn("question", "varchar").AsPrimaryKey();
        pending.AddColumn("trigger", "varchar").NotNull();
        pending.AddColumn("import_id", "varchar");
        pending.AddColumn("asked", "integer").NotNull().DefaultValue(0);

        var unchanging = new Table($"{ForecastStore.Schema}.unchanging_outcomes");
        unchanging.AddColumn("stream_id", "varchar").AsPrimaryKey();
        unchanging.AddColumn("after", "integer").AsPrimaryKey();
        unchanging.AddColumn("outcome", "varchar").NotNull();
        unchanging.AddColumn("known_at", "timestamp with time zone").NotNull();

        options.Storage.ExtendedSchemaObjects.AddRange([imports, chunks, refusals, pending, unchanging, Dependents.Table()]);
    }
}
