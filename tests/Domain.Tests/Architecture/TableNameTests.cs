using System.Text.RegularExpressions;

namespace Domain.Tests.Architecture;

/// <summary>Who may know how events lie in the database: a change of their shape is then made in few places.</summary>
public sealed partial class TableNameTests
{
    /// <summary>Files of Store that name the event store's tables. A file leaves this list when it reads events by <c>Store/Events</c>; none is added.</summary>
    private static readonly string[] Standing =
    [
        "Auditing/AuditLog.cs",
        "Bulk/BulkAppend.cs",
        "Bulk/PendingScorings.cs",
        "Bulk/TableStatistics.cs",
        "Diagnosis/StoreDiagnosis.cs",
        "Exporting/ExportedEvents.cs",
        "Following/SettledEvents.cs",
        "Forecasts/DueExpiries.cs",
        "Forecasts/ForecastLog.cs",
        "Importing/ImportBatch.cs",
        "Importing/ImportLog.cs",
        "Importing/ImportTurns.cs",
        "ReadIndexes.cs",
        "Rebuilding/SnapshotRebuild.cs",
        "Rebuilding/ViewRebuild.cs",
        "Scores/CurrentScores.cs",
        "Scores/Dependents.cs",
        "Scores/GenerationLog.cs",
        "Scores/OutcomeClaims.cs",
        "Scores/ScoreRowsView.cs",
        "Scores/ScoreSnapshot.cs",
        "Scores/ScoreViewReader.cs",
        "Scores/ScoredQuestions.cs",
        "Scores/ScoringOrder.cs",
        "Scores/TableView.cs",
        "Scores/ViewsThen.cs",
        "Submitting/ForecastAppender.cs",
        "Submitting/QuestionHold.cs",
    ];

    [Fact]
    public void Event_tables_are_named_by_few_files_of_the_store() =>
        Assert.Equal(
            Standing.Order(StringComparer.Ordinal),
            SourceTree
                .FilesOf("Store")
                .Where(f => EventTable().IsMatch(f.Text))
                .Select(f => f.Path)
                .Where(f => !f.StartsWith("Events/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [InlineData("Domain")]
    [InlineData("Worker")]
    [InlineData("Api")]
    public void No_other_project_names_a_table(string project) =>
        Assert.Empty(SourceTree.FilesOf(project).Where(f => Table().IsMatch(f.Text)).Select(f => f.Path));

    [GeneratedRegex(@"\bmt_(events|streams|event_progression)")]
    private static partial Regex EventTable();

    [GeneratedRegex(@"\b(mt_\w+|view_\w+|pg_(class|stat_\w+|locks))\b")]
    private static partial Regex Table();
}
