using Marten;
using Weasel.Postgresql.Tables;

namespace Store.Importing;

/// <summary>The tables of imports: the files and their results.</summary>
internal static class ImportTables
{
    public const string Imports = $"{ForecastStore.Schema}.imports";
    public const string Chunks = $"{ForecastStore.Schema}.import_chunks";
    public const string Refusals = $"{ForecastStore.Schema}.import_refusals";
    public const string UnchangingOutcomes = $"{ForecastStore.Schema}.unchanging_outcomes";

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
        // The stored bytes of the file's chunks, and the arrival of the last one. Both exist from the start of the upload until the file has been read.
        imports.AddColumn("spooled", "bigint").NotNull().DefaultValue(0);
        imports.AddColumn("received_at", "timestamp with time zone");

        var chunks = new Table($"{ForecastStore.Schema}.import_chunks");
        chunks.AddColumn("import_id", "varchar").AsPrimaryKey();
        chunks.AddColumn("number", "integer").AsPrimaryKey();
        chunks.AddColumn("bytes", "bytea").NotNull();

        var refusals = new Table($"{ForecastStore.Schema}.import_refusals");
        refusals.AddColumn("import_id", "varchar").AsPrimaryKey();
        refusals.AddColumn("line", "bigint").AsPrimaryKey();
        refusals.AddColumn("field", "varchar");
        refusals.AddColumn("reason", "varchar").NotNull();

        var unchanging = new Table($"{ForecastStore.Schema}.unchanging_outcomes");
        unchanging.AddColumn("stream_id", "varchar").AsPrimaryKey();
        unchanging.AddColumn("after", "integer").AsPrimaryKey();
        unchanging.AddColumn("outcome", "varchar").NotNull();
        unchanging.AddColumn("known_at", "timestamp with time zone").NotNull();

        options.Storage.ExtendedSchemaObjects.AddRange([imports, chunks, refusals, unchanging]);
    }
}
