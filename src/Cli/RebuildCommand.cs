using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Store.Views.Rebuilding;

namespace Cli;

/// <summary><c>rebuild</c>: makes what is kept beside the events anew from them, beside a running service.</summary>
public static class RebuildCommand
{
    public static Command Create()
    {
        var view = new Option<string?>("--view") { Description = $"One view: {string.Join(", ", RebuiltView.All)}; else all of them.", HelpName = "name" };
        view.AcceptOnlyFromAmong([.. RebuiltView.All]);
        var command = new Command(
            "rebuild",
            """
            Makes what is kept beside the events anew from them: questions, analysts and the latest scores, and the tables that leaderboards, comparisons and
            calibration are read from. It works on the database itself, beside a running service, which answers from the old ones until the new ones take their
            place. Cut off, it leaves the old ones as they are; given again, it begins anew. Scores themselves are made again by rescore.
            """
        )
        {
            view,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindDatabaseAsync(line);
                var clock = Stopwatch.StartNew();
                var rebuilt =
                    await new Rebuild(destination.Database, destination.Store).RunAsync(line.GetValue(view), new Shown(terminal), token)
                    ?? throw new CommandException("Another rebuild of this database is under way; wait for it, or end it.");
                if (terminal.Json)
                    terminal.Answer(new { seconds = clock.Elapsed.TotalSeconds, views = rebuilt }, () => "");
                else
                    foreach (var result in rebuilt)
                        terminal.AnswerLine(result, () => Words(result));
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"Rebuilt in {clock.Elapsed.TotalSeconds:0.0} s."));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Words(RebuildResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.View, -15} {Extent(result)}, {result.Seconds:0.0} s");

    private static string Extent(RebuildResult result) =>
        result.Changed is { } changed
            ? string.Create(CultureInfo.InvariantCulture, $"{result.Done:n0} streams, {changed:n0} documents changed")
            : string.Create(CultureInfo.InvariantCulture, $"up to event {result.Done:n0}");

    private sealed class Shown(Terminal terminal) : IProgress<RebuildProgress>
    {
        private readonly ConcurrentDictionary<string, RebuildProgress> _latest = new(StringComparer.Ordinal);
        private readonly Lock _gate = new();

        public void Report(RebuildProgress value)
        {
            _latest[value.View] = value;
            lock (_gate)
                terminal.Progress(string.Join(", ", RebuiltView.All.Where(_latest.ContainsKey).Select(v => $"{v} {Share(_latest[v])}")));
        }

        private static string Share(RebuildProgress at) => at.Of == 0 ? "100 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * at.Done / at.Of} %");
    }
}
