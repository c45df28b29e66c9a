using Weasel.Core;
using Weasel.Postgresql.Tables;

namespace Store.Webhooks;

/// <summary>The tables behind the delivery of webhooks.</summary>
internal static class DeliveryTables
{
    public const string Deliveries = $"{ForecastStore.Schema}.webhook_deliveries";
    public const string Progress = $"{ForecastStore.Schema}.webhook_progress";
    public const string Failing = $"{ForecastStore.Schema}.webhook_failing";

    public static IEnumerable<ISchemaObject> All()
    {
        var deliveries = new Table(Deliveries);
        deliveries.AddColumn<string>("webhook").AsPrimaryKey();
        deliveries.AddColumn("number", "bigint").AsPrimaryKey();
        deliveries.AddColumn("event_id", "uuid").NotNull();
        deliveries.AddColumn("status", "text").NotNull();
        deliveries.AddColumn("attempts", "integer").NotNull();
        deliveries.AddColumn("created_at", "timestamptz").NotNull();
        deliveries.AddColumn("due_at", "timestamptz").NotNull();
        deliveries.AddColumn("leased_until", "timestamptz");
        deliveries.AddColumn("finished_at", "timestamptz");
        deliveries.AddColumn("log", "jsonb").NotNull();
        deliveries.Indexes.Add(new IndexDefinition("idx_webhook_deliveries_due") { Columns = ["webhook", "due_at"], Predicate = "status = 'pending'" });
        deliveries.Indexes.Add(new IndexDefinition("idx_webhook_deliveries_finished") { Columns = ["finished_at"] });
        yield return deliveries;

        // One row: the sequence up to which the events have been read for webhooks.
        var progress = new Table(Progress);
        progress.AddColumn("id", "integer").AsPrimaryKey();
        progress.AddColumn("through", "bigint").NotNull();
        yield return progress;

        // One row for each webhook whose attempts have all failed since an instant.
        var failing = new Table(Failing);
        failing.AddColumn<string>("webhook").AsPrimaryKey();
        failing.AddColumn("since", "timestamptz").NotNull();
        yield return failing;
    }
}
