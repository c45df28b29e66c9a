using System.Data.Common;
using Marten.Events;
using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;

namespace Store.Events;

/// <summary>
/// Indexes that the event store's tables need in addition to their own, so that the cost of a read depends on its result and not on the size of the store.
/// Names are compared byte by byte (collation C), independently of the database's collation. Only then can an index find the keys that share a prefix.
/// </summary>
internal sealed class EventIndexes() : FeatureSchemaBase("read_indexes", new PostgresqlMigrator())
{
    private static readonly EventIndex[] All =
    [
        new("idx_streams_by_name", "mt_streams using btree ((id collate \"C\"))"),
        // All forecasts of one forecaster, a page at a time by name: the third part of forecast/{question}/{forecaster}. It replaces an index that was not in
        // order.
        new(
            "idx_streams_of_forecaster_by_name",
            "mt_streams using btree ((split_part(id, '/', 3) collate \"C\"), id collate \"C\") where type = 'forecast'",
            replaces: "idx_streams_of_forecaster"
        ),
        // Almost all events are submissions and revisions. The other types are rare, and are found by this index.
        new("idx_events_of_rare_type", "mt_events using btree (type, seq_id) where type not in ('forecast_submitted', 'forecast_revised')"),
        // A trace has a few events, but an import's trace has a million, which are read a page at a time.
        new("idx_events_of_trace", "mt_events using btree (correlation_id, seq_id) where correlation_id is not null"),
    ];

    public override Type StorageType => typeof(EventIndexes);

    public static IEnumerable<string> Names => All.Select(i => i.Identifier.Name);

    public override IEnumerable<Type> DependentTypes()
    {
        yield return typeof(EventGraph);
    }

    protected override IEnumerable<ISchemaObject> schemaObjects() => All;

    private sealed class EventIndex(string name, string on, string? replaces = null) : ISchemaObject
    {
        public DbObjectName Identifier { get; } = new PostgresqlObjectName(ForecastStore.Schema, name, SchemaUtils.IdentifierUsage.General);

        public void WriteCreateStatement(Migrator migrator, TextWriter writer)
        {
            writer.WriteLine($"create index if not exists {Identifier.Name} on {ForecastStore.Schema}.{on};");
            if (replaces is not null)
                writer.WriteLine($"drop index if exists {ForecastStore.Schema}.{replaces};");
        }

        public void WriteDropStatement(Migrator rules, TextWriter writer) => writer.WriteLine($"drop index if exists {Identifier.QualifiedName};");

        public void ConfigureQueryCommand(Weasel.Core.DbCommandBuilder builder)
        {
            builder.Append("select to_regclass(");
            builder.AppendParameter(Identifier.QualifiedName);
            builder.Append(")::text;");
        }

        public async Task<ISchemaObjectDelta> CreateDeltaAsync(DbDataReader reader, CancellationToken ct = default)
        {
            var exists = await reader.ReadAsync(ct) && !await reader.IsDBNullAsync(0, ct);
            return new SchemaObjectDelta(this, exists ? SchemaPatchDifference.None : SchemaPatchDifference.Create);
        }

        public IEnumerable<DbObjectName> AllNames()
        {
            yield return Identifier;
        }
    }
}
