namespace Lifecycle.Tests;

/// <summary>
/// What a question's life should be, written from the contract and not from the code: a few facts, from which the status is worked out when
/// it is asked for. The question opens at hour 0, is to be resolved by hour 30, and has the options yes and no.
/// </summary>
internal sealed class LifecycleModel(int opensAt = 0, int closesAt = 10, int resolvesBy = 30)
{
    private readonly HashSet<string> _everForecast = [];
    private string? _keptForTheCondition;
    private bool _opened;
    private bool _closed;

    public int ClosesAt { get; private set; } = closesAt;

    public string? Outcome { get; private set; }

    public bool VoidForItsCondition { get; private set; }

    public bool Disputed { get; private set; }

    /// <summary>What waits for a second person: the call, the outcome, and who made it.</summary>
    public (string Call, string Outcome, string By)? Waiting { get; private set; }

    public string Title { get; private set; } = "Will it?";

    public string Criteria { get; private set; } = "Yes if it does.";

    public int Clarifications { get; private set; }

    public int Evidence { get; private set; }

    public HashSet<string> Standing { get; } = [];

    /// <summary>Every event so far, by name.</summary>
    public List<string> Events { get; } = ["QuestionDrafted"];

    public string Status =>
        !_opened ? "draft"
        : Outcome == "annulled" ? "annulled"
        : Outcome is not null ? "resolved"
        : Waiting is not null ? "proposed"
        : _closed ? "closed"
        : "open";

    private bool Settled => Outcome is not null;

    /// <summary>What a command is answered at an hour: <c>done</c>, <c>invalid</c>, <c>forbidden</c> or <c>conflict</c>.</summary>
    public string Answer(LifecycleCommand command, int now) =>
        command switch
        {
            LifecycleCommand.Open => _opened || ClosesAt <= now ? "conflict" : Done("QuestionOpened", () => _opened = true),
            LifecycleCommand.Close => Status != "open" ? "conflict" : Done("QuestionClosed", () => _closed = true),
            LifecycleCommand.Reschedule r when Status is not ("draft" or "open") || (Status == "open" && ClosesAt <= now) => "conflict",
            LifecycleCommand.Reschedule r when r.ClosesAt <= now || r.ClosesAt <= opensAt || r.ClosesAt > resolvesBy => "invalid",
            LifecycleCommand.Reschedule r => Done("CloseRescheduled", () => ClosesAt = r.ClosesAt),
            LifecycleCommand.Edit e when e.Text == (e.Criteria ? Criteria : Title) => "done",
            LifecycleCommand.Edit { Criteria: true } when _opened => "conflict",
            LifecycleCommand.Edit { Text: "" } => "invalid",
            LifecycleCommand.Edit { Criteria: true } e => Done("QuestionEdited", () => Criteria = e.Text),
            LifecycleCommand.Edit e => Done("QuestionEdited", () => Title = e.Text),
            LifecycleCommand.Clarify { Text: "" } => "invalid",
            LifecycleCommand.Clarify => Settled ? "conflict" : Done("CriteriaClarified", () => Clarifications++),
            LifecycleCommand.LogEvidence { Title: "" } or LifecycleCommand.LogEvidence { Ahead: true } => "invalid",
            LifecycleCommand.LogEvidence => Done("EvidenceLogged", () => Evidence++),
            LifecycleCommand.Propose p => Propose(p, now),
            LifecycleCommand.Confirm c => Waiting is not { } w ? "conflict"
            : w.By == c.By ? "forbidden"
            : Confirm(w.Call, w.Outcome),
            LifecycleCommand.Reject r => Waiting is not { } w ? "conflict"
            : r.Reason == "" ? "invalid"
            : w.By == r.By ? "forbidden"
            : Done("ResolutionRejected", () => Waiting = null),
            LifecycleCommand.Dispute { Reason: "" } => "invalid",
            LifecycleCommand.Dispute => !Settled || Disputed ? "conflict" : Done("ResolutionDisputed", () => Disputed = true),
            LifecycleCommand.Forecast f => Forecast(f, now),
            LifecycleCommand.Withdraw w => !TakesForecasts(now) || !Standing.Remove(w.By) ? "conflict" : Done("ForecastWithdrawn"),
            _ => "done",
        };

    /// <summary>What happens by itself at an hour.</summary>
    public void LetTimeAct(int now)
    {
        if (Status is "open" or "proposed" && !_closed && ClosesAt <= now)
            Done("QuestionClosed", () => _closed = true);
    }

    /// <summary>What happens by itself once the condition, which asks for a yes, stands so.</summary>
    public void Follow(LifecycleModel condition)
    {
        var failed = condition.Outcome is "no" or "annulled";
        if (!_opened)
            return;
        if (failed && Outcome != "annulled")
        {
            _keptForTheCondition = Outcome;
            VoidForItsCondition = true;
            Settle("QuestionAnnulled", "annulled");
        }
        else if (!failed && VoidForItsCondition)
        {
            VoidForItsCondition = false;
            Settle("ResolutionTakenBack", null);
            if (_keptForTheCondition is not null)
                Settle("QuestionResolved", _keptForTheCondition);
        }
    }

    private bool TakesForecasts(int now) => Status == "open" && now >= opensAt && now < ClosesAt;

    private string Forecast(LifecycleCommand.Forecast f, int now)
    {
        if (!TakesForecasts(now))
            return "conflict";
        if (f.Probability is < 0 or > 1)
            return "invalid";
        Standing.Add(f.By);
        return Done(_everForecast.Add(f.By) ? "ForecastSubmitted" : "ForecastRevised");
    }

    private string Propose(LifecycleCommand.Propose p, int now)
    {
        // A word that says more than the call does decides what is proposed.
        var call = (p.Call, p.Outcome) switch
        {
            ("resolve" or "correct", "annulled") => "annul",
            ("correct", "unresolved") => "take-back",
            _ => p.Call,
        };
        if (Waiting is not null)
            return "conflict";
        if (p.Reason == "" || p.KnownAgo < 0)
            return "invalid";
        if (call is "resolve" or "correct" && (p.Outcome is not ("yes" or "no") || !p.WithEvidence || now - p.KnownAgo < opensAt))
            return "invalid";
        if (!_opened || VoidForItsCondition)
            return "conflict";
        var fits = call switch
        {
            "resolve" => !Settled,
            "annul" => Outcome != "annulled",
            _ => Settled,
        };
        var outcome = call switch
        {
            "annul" => "annulled",
            "take-back" => "unresolved",
            _ => p.Outcome,
        };
        return fits ? Done("ResolutionProposed", () => Waiting = (call, outcome, p.By)) : "conflict";
    }

    private string Confirm(string call, string outcome) =>
        call switch
        {
            "annul" => Settle("QuestionAnnulled", outcome),
            "take-back" => Settle("ResolutionTakenBack", null),
            "correct" => Settle("ResolutionCorrected", outcome),
            _ => Settle("QuestionResolved", outcome),
        };

    private string Settle(string name, string? outcome) => Done(name, () => (Outcome, Waiting, Disputed) = (outcome, null, false));

    private string Done(string name, Action? change = null)
    {
        change?.Invoke();
        Events.Add(name);
        return "done";
    }
}
