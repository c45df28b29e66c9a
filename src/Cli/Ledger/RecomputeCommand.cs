using System.CommandLine;
using Store.Bundles;

namespace Cli.Ledger;

/// <summary><c>ledger recompute</c>: proves what a score rests on, and computes it again.</summary>
internal static class RecomputeCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A bundle, as /questions/{slug}/scores/{generation}/bundle answers it." };
        var command = new Command(
            "recompute",
            """
            Proves without any service that everything in a bundle was logged, computes the scores from it, and compares them bit by bit with the generation
            that was recorded. Where a bundle does not hold the other questions that two rows rest on, those rows are named and not computed. It ends with 1
            where anything is not proven or comes out otherwise.
            """
        )
        {
            file,
            TrustedKeys.KeyOption,
            TrustedKeys.PolicyOption,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var policy = await TrustedKeys.PolicyAsync(line, token);
                var name = line.GetRequiredValue(file);
                if (!ScoreBundle.Read(await Files.ReadAsync(name, token)).Is(out var bundle, out var malformed))
                    throw new CommandException($"{name}: {malformed.Reason}.");
                var verdict = TrustedKeys.Take(policy, bundle.Checkpoint, "The checkpoint");
                var score = Computed(bundle);
                if (score.Different.Count > 0)
                    throw new CommandException($"Computed again, these rows are others: {string.Join(", ", score.Different)}.");
                terminal.Answer(
                    new
                    {
                        proven = true,
                        question = bundle.Question,
                        generation = bundle.Generation,
                        score.Recorded.Outcome,
                        events = bundle.Events.Count,
                        same = score.Same,
                        notComputed = score.NotComputed,
                        signatures = TrustedKeys.Words(verdict),
                    },
                    () =>
                        $"Proven and computed again: generation {bundle.Generation} of {bundle.Question}, outcome {score.Recorded.Outcome}, from "
                        + $"{bundle.Events.Count} logged events; {score.Same.Count} rows have the same bits"
                        + $"{(score.NotComputed.Count > 0 ? $", not computed are {string.Join(" and ", score.NotComputed)}" : "")}; "
                        + $"{TrustedKeys.Words(verdict)}."
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static RecomputedScore Computed(ScoreBundle bundle)
    {
        try
        {
            return ScoreRecomputation.Of(bundle);
        }
        catch (UnprovenException e)
        {
            throw new CommandException($"{e.Message}.");
        }
    }
}
