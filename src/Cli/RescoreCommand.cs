using System.CommandLine;
using System.Globalization;
using Domain.Scoring;
using Worker.Rescoring;

namespace Cli;

/// <summary><c>rescore</c>: scores resolved questions again, and tells every score that changed.</summary>
public static class RescoreCommand
{
    private const int ShownChanges = 5;

    public static Command Create()
    {
        var question = new Option<string?>("--question") { Description = "One question's slug; else every scored question.", HelpName = "slug" };
        var rules = new Option<string>("--rule-set")
        {
            Description = $"The version of the rules: {string.Join(", ", RuleSet.All)}.",
            HelpName = "version",
            DefaultValueFactory = _ => RuleSet.Current.Version,
        };
        rules.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is { } version && RuleSet.Named(version) is null)
                given.AddError(RuleSet.Refusal(version));
        });
        var dry = new Option<bool>("--dry-run") { Description = "Only tell what would change." };
        var command = new Command(
            "rescore",
            """
            Scores questions again from their events and appends a generation where anything changed; the earlier generations stay. It works on the database
            itself, beside a running service. Interrupted and given again, it goes on where it was.
            """
        )
        {
            question,
            rules,
            dry,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var request = new RescoringRequest(line.GetValue(question), line.GetRequiredValue(rules), line.GetValue(dry));
                await using var destination = await Destination.FindDatabaseAsync(line);
                var (seen, differ, appended, changed) = (0, 0, 0, 0);
                await foreach (var rescored in new Rescoring(destination.Store, TimeProvider.System).RunAsync(request, token))
                {
                    seen++;
                    terminal.Progress($"{rescored.Done} of {rescored.Of} questions");
                    if (!rescored.Changed)
                        continue;
                    differ++;
                    if (rescored.Appended)
                        appended++;
                    changed += rescored.Changes.Count;
                    terminal.AnswerLine(rescored, () => Words(rescored));
                }

                if (seen == 0 && request.Question is { } slug)
                    throw new CommandException($"'{slug}' has no scores to make again.");
                if (terminal.Json)
                    terminal.AnswerLine(
                        new
                        {
                            questions = seen,
                            questionsChanged = differ,
                            generations = appended,
                            changes = changed,
                            request.DryRun,
                        },
                        () => ""
                    );
                terminal.Say(
                    request.DryRun
                        ? $"Questions looked at: {seen}; with a generation to come: {differ}, in which {changed} "
                            + $"score{(changed == 1 ? " changes" : "s change")}. Nothing was appended."
                        : $"Questions scored again: {seen}; generations appended: {appended}, in which {changed} "
                            + $"score{(changed == 1 ? " changes" : "s change")}."
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Words(RescoredQuestion rescored)
    {
        var shown = rescored
            .Changes.OrderByDescending(c => Math.Abs((c.After ?? 0) - (c.Before ?? 0)))
            .ThenBy(c => c.Forecaster.Value, StringComparer.Ordinal)
            .Take(ShownChanges)
            .Select(c => $"{Environment.NewLine}  {c.Forecaster} {c.Score}: {Number(c.Before)} → {Number(c.After)}");
        var more = rescored.Changes.Count > ShownChanges ? $"{Environment.NewLine}  and {rescored.Changes.Count - ShownChanges} more; --json lists them" : "";
        return $"{rescored.Question}: {rescored.Changes.Count} scores change{string.Concat(shown)}{more}";
    }

    private static string Number(double? score) => score?.ToString("G10", CultureInfo.InvariantCulture) ?? "none";
}
