using Marten;
using Weasel.Postgresql.Tables;

namespace Store.Ledger;

/// <summary>The tables of the ledger. A partial tile is the beginning of its row, and an entry bundle a stretch of entries, so neither is kept twice.</summary>
internal static class LedgerTables
{
    /// <summary>One row: the log as it is, and how far the events have been taken in.</summary>
    public const string Tree = $"{ForecastStore.Schema}.ledger_tree";

    /// <summary>A row for each leaf, by its index: its event, its entry and its salts.</summary>
    public const string Entries = $"{ForecastStore.Schema}.ledger_entries";

    /// <summary>The last width of each tile of hashes.</summary>
    public const string Tiles = $"{ForecastStore.Schema}.ledger_tiles";

    /// <summary>The checkpoints that were signed, by the size of the tree.</summary>
    public const string Checkpoints = $"{ForecastStore.Schema}.ledger_checkpoints";

    /// <summary>The keys that have signed, with the first size of each.</summary>
    public const string Keys = $"{ForecastStore.Schema}.ledger_keys";

    /// <summary>The witnesses that are asked, and how each answers.</summary>
    public const string Witnesses = $"{ForecastStore.Schema}.ledger_witnesses";

    /// <summary>The time stamps of checkpoints, by their size.</summary>
    public const string Timestamps = $"{ForecastStore.Schema}.ledger_timestamps";

    public static void AddLedgerTables(this StoreOptions options)
    {
        var tree = new Table(Tree);
        tree.AddColumn("id", "integer").AsPrimaryKey();
        tree.AddColumn("origin", "varchar").NotNull();
        tree.AddColumn("size", "bigint").NotNull();
        tree.AddColumn("through", "bigint").NotNull();
        // When the last signature was made that holds against quantum computers, and why nothing is signed, if so.
        tree.AddColumn("ml_dsa_at", "timestamp with time zone");
        tree.AddColumn("refusal", "varchar");
        // Which cosignatures make a checkpoint a witnessed one (tlog-policy).
        tree.AddColumn("policy", "varchar");

        var entries = new Table(Entries);
        entries.AddColumn("number", "bigint").AsPrimaryKey();
        entries.AddColumn("sequence", "bigint").NotNull();
        entries.AddColumn("event_id", "uuid").NotNull();
        entries.AddColumn("salts", "bytea").NotNull();
        entries.AddColumn("entry", "bytea").NotNull();
        entries.Indexes.Add(new IndexDefinition("idx_ledger_entries_event_id") { Columns = ["event_id"], IsUnique = true });

        var tiles = new Table(Tiles);
        tiles.AddColumn("level", "integer").AsPrimaryKey();
        tiles.AddColumn("number", "bigint").AsPrimaryKey();
        tiles.AddColumn("hashes", "bytea").NotNull();

        var checkpoints = new Table(Checkpoints);
        checkpoints.AddColumn("size", "bigint").AsPrimaryKey();
        checkpoints.AddColumn("signed_at", "timestamp with time zone").NotNull();
        checkpoints.AddColumn("has_ml_dsa", "boolean").NotNull();
        checkpoints.AddColumn("note", "varchar").NotNull();
        checkpoints.AddColumn("is_witnessed", "boolean").NotNull().DefaultValueByExpression("false");
        checkpoints.Indexes.Add(new IndexDefinition("idx_ledger_checkpoints_witnessed") { Columns = ["size"], Predicate = "is_witnessed" });

        var keys = new Table(Keys);
        keys.AddColumn("key", "varchar").AsPrimaryKey();
        keys.AddColumn("from_size", "bigint").NotNull();

        var witnesses = new Table(Witnesses);
        witnesses.AddColumn("url", "varchar").AsPrimaryKey();
        witnesses.AddColumn("size", "bigint").NotNull();
        witnesses.AddColumn("cosigned_at", "timestamp with time zone");
        witnesses.AddColumn("failing_since", "timestamp with time zone");
        witnesses.AddColumn("failure", "varchar");

        var timestamps = new Table(Timestamps);
        timestamps.AddColumn("size", "bigint").AsPrimaryKey();
        timestamps.AddColumn("taken_at", "timestamp with time zone").NotNull();
        timestamps.AddColumn("token", "bytea").NotNull();

        options.Storage.ExtendedSchemaObjects.AddRange([tree, entries, tiles, checkpoints, keys, witnesses, timestamps]);
    }
}
