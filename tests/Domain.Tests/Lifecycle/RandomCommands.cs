using CsCheck;

namespace Lifecycle.Tests;

/// <summary>Commands at random.</summary>
internal static class RandomCommands
{
    public static readonly string[] People = ["ana", "ben", "cara"];

    private static readonly string[] Words = ["", "By noon?", "By dusk?"];

    private static readonly Gen<string> Person = Gen.Int[0, People.Length - 1].Select(i => People[i]);
    private static readonly Gen<string> Reason = Gen.Frequency((9, Gen.Const("Because.")), (1, Gen.Const("")));

    private static readonly Gen<LifecycleCommand> Proposal = Gen.Select(
        Person,
        Gen.Frequency((4, Gen.Const("resolve")), (2, Gen.Const("correct")), (1, Gen.Const("annul")), (1, Gen.Const("take-back"))),
        Gen.Frequency((4, Gen.Const("yes")), (4, Gen.Const("no")), (1, Gen.Const("annulled")), (1, Gen.Const("unresolved")), (1, Gen.Const("maybe"))),
        Reason,
        Gen.Frequency((9, Gen.Const(true)), (1, Gen.Const(false))),
        Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(-1)), (1, Gen.Const(1_000))),
        (by, call, outcome, reason, evidence, ago) => (LifecycleCommand)new LifecycleCommand.Propose(by, call, outcome, reason, evidence, ago)
    );

    /// <summary>Any command, weighted so that many of them get through.</summary>
    /// <param name="withTime">Whether hours pass between them.</param>
    public static Gen<LifecycleCommand> Any(bool withTime) =>
        Gen.Frequency(
            (3, Gen.Const((LifecycleCommand)new LifecycleCommand.Open())),
            (1, Gen.Const((LifecycleCommand)new LifecycleCommand.Close())),
            (2, Gen.Int[-5, 40].Select(h => (LifecycleCommand)new LifecycleCommand.Reschedule(h))),
            (2, Gen.Select(Gen.Bool, Gen.Int[0, 2]).Select((c, t) => (LifecycleCommand)new LifecycleCommand.Edit(c, Words[t]))),
            (1, Reason.Select(t => (LifecycleCommand)new LifecycleCommand.Clarify(t))),
            (
                1,
                Gen.Select(Reason, Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true))))
                    .Select((t, ahead) => (LifecycleCommand)new LifecycleCommand.LogEvidence(t, ahead))
            ),
            (8, Proposal),
            (8, Person.Select(by => (LifecycleCommand)new LifecycleCommand.Confirm(by))),
            (2, Gen.Select(Person, Reason).Select((by, r) => (LifecycleCommand)new LifecycleCommand.Reject(by, r))),
            (2, Gen.Select(Person, Reason).Select((by, r) => (LifecycleCommand)new LifecycleCommand.Dispute(by, r))),
            (
                4,
                Gen.Select(Person, Gen.Frequency((9, Gen.Double[0, 1]), (1, Gen.Const(1.5))))
                    .Select((by, p) => (LifecycleCommand)new LifecycleCommand.Forecast(by, p))
            ),
            (2, Person.Select(by => (LifecycleCommand)new LifecycleCommand.Withdraw(by))),
            (withTime ? 3 : 0, Gen.Int[1, 6].Select(h => (LifecycleCommand)new LifecycleCommand.Wait(h)))
        );
}
