namespace Store.Views;

/// <summary>The tables of the views in a schema: those that are read, or those that a rebuild makes.</summary>
internal sealed record ViewTables(string Schema)
{
    /// <summary>The names of all of them.</summary>
    public const string QuestionsName = "view_questions",
        RowsName = "view_score_rows",
        ForecastersName = "view_forecasters",
        StepsName = "view_forecast_steps",
        ClaimsName = "view_outcome_claims",
        GenerationsName = "view_generations",
        ImportedName = "view_imported_steps";

    /// <summary>The tables that are read, and that the daemon maintains.</summary>
    public static ViewTables Served { get; } = new(ForecastStore.Schema);

    public string Questions => $"{Schema}.{QuestionsName}";

    public string Rows => $"{Schema}.{RowsName}";

    public string Forecasters => $"{Schema}.{ForecastersName}";

    public string Steps => $"{Schema}.{StepsName}";

    public string Claims => $"{Schema}.{ClaimsName}";

    public string Imported => $"{Schema}.{ImportedName}";

    public string Generations => $"{Schema}.{GenerationsName}";
}
