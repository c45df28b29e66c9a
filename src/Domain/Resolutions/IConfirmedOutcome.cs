namespace Domain.Resolutions;

/// <summary>What an event says that gives a question an outcome, or another one, or annuls it: who proposed it, who confirmed it, and why.</summary>
public interface IConfirmedOutcome
{
    /// <summary>The outcome as it was recorded; <see cref="OutcomeText.Annulled"/> of an annulment.</summary>
    string Outcome { get; }

    /// <summary>The instant from which the world knew the outcome, included; UTC.</summary>
    DateTimeOffset KnownAt { get; }

    /// <summary>Why, 1 to 5,000 characters.</summary>
    string Reason { get; }

    /// <summary>What supports it: at most 50 addresses or descriptions.</summary>
    IReadOnlyList<string> Evidence { get; }

    /// <summary>The slug of the proposer; of an imported outcome, of the importer.</summary>
    string ProposedBy { get; }

    /// <summary>The slug of the confirmer; of an imported outcome, of the importer.</summary>
    string ConfirmedBy { get; }

    /// <summary>Whether it comes from a log of history.</summary>
    bool Imported { get; }

    /// <summary>Whom an imported log names (<see cref="ClaimedNames.Of"/>); null for what was decided here.</summary>
    ClaimedNames? Claims { get; }
}
