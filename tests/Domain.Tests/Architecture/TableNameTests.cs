using System.Text.RegularExpressions;

namespace Domain.Tests.Architecture;

/// <summary>Who may know how events lie in the database: a change of their shape is then made in few places.</summary>
public sealed partial class TableNameTests
{
    /// <summary>Files of Store that name the event store's tables. A file leaves this list when it reads events by <c>Store/Events</c>; none is added.</summary>
    private static readonly string[] Standing =
    [
        "Appending/BulkAppend.cs",
        "GroupCommit/ForecastAppender.cs",
        "GroupCommit/QuestionLock.cs",
        "Importing/ImportBatch.cs",
        "Importing/ImportLog.cs",
        "Importing/ImportQueue.cs",
        "Operations/StoreDiagnosis.cs",
        "Operations/TableStatistics.cs",
        "Reading/AuditLog.cs",
        "Reading/DueExpiries.cs",
        "Reading/ExportedEvents.cs",
        "Reading/ForecastLog.cs",
        "Scoring/CurrentScores.cs",
        "Scoring/Dependents.cs",
        "Scoring/GenerationLog.cs",
        "Scoring/PendingScorings.cs",
        "Scoring/ScoreSnapshot.cs",
        "Scoring/ScoreViewReader.cs",
        "Scoring/ScoredQuestions.cs",
        "Scoring/ScoringOrder.cs",
        "Views/OutcomeClaims.cs",
        "Views/Rebuilding/DocumentRebuild.cs",
        "Views/Rebuilding/ViewRebuild.cs",
        "Views/ScoreRowsView.cs",
        "Views/TableView.cs",
        "Views/ViewsThen.cs",
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
