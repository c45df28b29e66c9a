namespace EndToEnd.Tests.Faults.History;

/// <summary>What a client wants with a request.</summary>
internal enum OperationKind
{
    Read,
    Draft,
    DropDraft,
    Open,
    Amend,
    Clarify,
    Reschedule,
    Close,
    LogEvidence,
    Forecast,
    ForecastBatch,
    Withdraw,
    Propose,
    Confirm,
    Reject,
    Dispute,
    Correct,
    Annul,
    Import,
    RegisterAnalyst,
    ChangeRoles,
    IssueToken,
    RevokeToken,
    RegisterWebhook,
}
