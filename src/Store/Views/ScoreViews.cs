using Domain.Scoring;
using JasperFx.Events.Daemon;
using Marten;
using Weasel.Postgresql.Tables;

namespace Store.Views;

/// <summary>
/// The tables that leaderboards, comparisons and calibration are read from. Each is maintained by a subscription from the events alone, so it can be dropped
/// and rebuilt. Its contents follow the events after a moment, and it records its progress.
/// </summary>
public static class ScoreViews
{
    /// <summary>The questions as scoring read them, with their latest generations.</summary>
    internal const string Questions = $"{ForecastStore.Schema}.{ViewTables.QuestionsName}";

    /// <summary>The rows of every question's latest generation.</summary>
    internal const string Rows = $"{ForecastStore.Schema}.{ViewTables.RowsName}";

    /// <summary>Every forecaster who ever had a row, with the last event that changed one.</summary>
    internal const string Forecasters = $"{ForecastStore.Schema}.{ViewTables.ForecastersName}";

    /// <summary>Every step of every forecast.</summary>
    internal const string Steps = $"{ForecastStore.Schema}.{ViewTables.StepsName}";

    /// <summary>Every outcome that a question ever had, including takebacks and annulments.</summary>
    internal const string Claims = $"{ForecastStore.Schema}.{ViewTables.ClaimsName}";

    /// <summary>The head of every generation, with the claim that it scored.</summary>
    internal const string Generations = $"{ForecastStore.Schema}.{ViewTables.GenerationsName}";

    /// <summary>The forecasters with imported steps on each question.</summary>
    internal const string Imported = $"{ForecastStore.Schema}.{ViewTables.ImportedName}";

    /// <summary>The tables that are enough to read the current state.</summary>
    internal static IReadOnlyList<TableView> Present { get; } = [ScoreRowsView.View, ForecastStepsView.View, ImportedStepsView.View];

    internal static IReadOnlyList<TableView> All { get; } = [.. Present, GenerationsView.View];

    internal static void AddScoreViews(this StoreOptions options)
    {
        foreach (var table in TablesIn(ViewTables.Served))
            options.Storage.ExtendedSchemaObjects.Add(table);
        // Every host configures them, but only the worker's host runs them.
        options.Projections.AsyncMode = DaemonMode.ExternallyManaged;
        foreach (var view in All)
            options.Events.Subscribe(new TableViewSubscription(view));
    }

    /// <summary>The tables with their keys and indexes, whose names are the same in every schema.</summary>
    internal static IEnumerable<Table> TablesIn(ViewTables tables)
    {
        var questions = new Table(tables.Questions);
        questions.AddColumn("question", "text").AsPrimaryKey();
        questions.AddColumn("sequence", "bigint").NotNull();
        questions.AddColumn("type", "text").NotNull();
        questions.AddColumn("options", "text[]").NotNull();
        questions.AddColumn("tags", "text[]").NotNull();
        questions.AddColumn("question_group", "text");
        questions.AddColumn("range_min", "double precision");
        questions.AddColumn("range_max", "double precision");
        questions.AddColumn("open_lower", "boolean");
        questions.AddColumn("open_upper", "boolean");
        questions.AddColumn("status_quo", "text");
        questions.AddColumn("opens_at", "timestamptz").NotNull();
        questions.AddColumn("closes_at", "timestamptz").NotNull();
        questions.AddColumn("generation", "int");
        questions.AddColumn("last_event_read", "bigint");
        questions.AddColumn("rests_on", "bigint");
        questions.AddColumn("outcome", "text");
        questions.AddColumn("known_at", "timestamptz");
        questions.Indexes.Add(new IndexDefinition("view_questions_sequence") { Columns = ["sequence"] });
        questions.Indexes.Add(new IndexDefinition("view_questions_tags") { Columns = ["tags"], Method = IndexMethod.gin });
        yield return questions;

        var rows = new Table(tables.Rows);
        rows.AddColumn("forecaster", "text").AsPrimaryKey();
        rows.AddColumn("question", "text").AsPrimaryKey();
        rows.AddColumn("kind", "text").NotNull();
        rows.AddColumn("coverage", "double precision").NotNull();
        rows.AddColumn("revisions", "int").NotNull();
        foreach (var key in ScoreKey.All)
            rows.AddColumn(ScoreColumns.Of(key), "double precision");
        rows.Indexes.Add(new IndexDefinition("view_score_rows_question") { Columns = ["question"] });
        yield return rows;

        var forecasters = new Table(tables.Forecasters);
        forecasters.AddColumn("forecaster", "text").AsPrimaryKey();
        forecasters.AddColumn("kind", "text").NotNull();
        forecasters.AddColumn("sequence", "bigint").NotNull();
        yield return forecasters;

        var steps = new Table(tables.Steps);
        steps.AddColumn("forecaster", "text").AsPrimaryKey();
        steps.AddColumn("sequence", "bigint").AsPrimaryKey();
        steps.AddColumn("question", "text").NotNull();
        steps.AddColumn("kind", "text").NotNull();
        steps.AddColumn("made_at", "timestamptz").NotNull();
        steps.AddColumn("expires_at", "timestamptz");
        steps.AddColumn("yes", "double precision");
        steps.AddColumn("probabilities", "double precision[]");
        steps.AddColumn("levels", "double precision[]");
        steps.AddColumn("places", "double precision[]");
        // Null where nothing is sealed, as in the rows of a database that is older than seals.
        steps.AddColumn("sealed", "boolean");
        steps.AddColumn("revealed_at", "timestamptz");
        steps.Indexes.Add(new IndexDefinition("view_forecast_steps_question") { Columns = ["question"] });
        steps.Indexes.Add(new IndexDefinition("view_forecast_steps_sealed") { Columns = ["question", "forecaster"], Predicate = "(sealed IS TRUE)" });
        steps.Indexes.Add(new IndexDefinition("view_forecast_steps_expires_at") { Columns = ["expires_at"], Predicate = "(expires_at IS NOT NULL)" });
        yield return steps;

        var claims = new Table(tables.Claims);
        claims.AddColumn("question", "text").AsPrimaryKey();
        claims.AddColumn("sequence", "bigint").AsPrimaryKey();
        claims.AddColumn("outcome", "text").NotNull();
        claims.AddColumn("known_at", "timestamptz").NotNull();
        claims.AddColumn("recorded_at", "timestamptz").NotNull();
        yield return claims;

        var generations = new Table(tables.Generations);
        generations.AddColumn("question", "text").AsPrimaryKey();
        generations.AddColumn("generation", "int").AsPrimaryKey();
        generations.AddColumn("sequence", "bigint").NotNull();
        generations.AddColumn("claim", "bigint").NotNull();
        generations.AddColumn("rule_set", "text").NotNull();
        generations.AddColumn("last_event_read", "bigint").NotNull();
        generations.AddColumn("outcome", "text").NotNull();
        generations.AddColumn("known_at", "timestamptz").NotNull();
        generations.AddColumn("recorded_at", "timestamptz").NotNull();
        yield return generations;

        var imported = new Table(tables.Imported);
        imported.AddColumn("question", "text").AsPrimaryKey();
        imported.AddColumn("forecaster", "text").AsPrimaryKey();
        imported.AddColumn("recorded_at", "timestamptz").AsPrimaryKey();
        imported.AddColumn("sequence", "bigint").NotNull();
        imported.AddColumn("live", "boolean").NotNull();
        imported.Indexes.Add(new IndexDefinition("view_imported_steps_forecaster") { Columns = ["forecaster"] });
        imported.Indexes.Add(new IndexDefinition("view_imported_steps_live") { Columns = ["question", "forecaster"], Predicate = "(live IS TRUE)" });
        yield return imported;
    }
}
