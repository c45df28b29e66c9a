namespace Lifecycle.Tests;

/// <summary>A command of a question's life, in whole hours after its opening time.</summary>
internal abstract record LifecycleCommand
{
    /// <summary>Opens the question.</summary>
    public sealed record Open : LifecycleCommand;

    /// <summary>Closes it.</summary>
    public sealed record Close : LifecycleCommand;

    /// <summary>Moves its close.</summary>
    public sealed record Reschedule(int ClosesAt) : LifecycleCommand;

    /// <summary>Edits its title, or its criteria.</summary>
    public sealed record Edit(bool Criteria, string Text) : LifecycleCommand;

    /// <summary>Clarifies its criteria.</summary>
    public sealed record Clarify(string Text) : LifecycleCommand;

    /// <summary>Logs evidence of an hour ago, or of an hour ahead.</summary>
    public sealed record LogEvidence(string Title, bool Ahead) : LifecycleCommand;

    /// <param name="Call"><c>resolve</c>, <c>correct</c>, <c>annul</c> or <c>take-back</c>.</param>
    /// <param name="KnownAgo">How many hours ago it was known; below 0 for ahead.</param>
    public sealed record Propose(string By, string Call, string Outcome, string Reason, bool WithEvidence, int KnownAgo) : LifecycleCommand;

    /// <summary>Confirms what is proposed.</summary>
    public sealed record Confirm(string By) : LifecycleCommand;

    /// <summary>Rejects what is proposed.</summary>
    public sealed record Reject(string By, string Reason) : LifecycleCommand;

    /// <summary>Disputes the outcome.</summary>
    public sealed record Dispute(string By, string Reason) : LifecycleCommand;

    /// <summary>Forecasts on it.</summary>
    public sealed record Forecast(string By, double Probability) : LifecycleCommand;

    /// <summary>Withdraws a forecast.</summary>
    public sealed record Withdraw(string By) : LifecycleCommand;

    /// <summary>Lets hours pass.</summary>
    public sealed record Wait(int Hours) : LifecycleCommand;
}
