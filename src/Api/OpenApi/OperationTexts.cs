namespace Api.OpenApi;

/// <summary>What each operation does, in a sentence; an endpoint with a summary of its own keeps that.</summary>
public static class OperationTexts
{
    private static readonly Dictionary<string, (string Summary, string? More)> Texts = new()
    {
        ["GET /health/live"] = ("Say whether the service runs", null),
        ["GET /health/ready"] = ("Say whether the service can do its work", null),
        ["POST /analysts"] = (
            "Register an analyst",
            "The answer shows the first token, this once; repeated with the same Idempotency-Key and token it shows it again."
        ),
        ["GET /analysts"] = ("List the analysts", null),
        ["GET /analysts/{analyst}"] = ("Show an analyst", null),
        ["GET /me"] = ("Show who the token belongs to, with the roles that it carries", null),
        ["PUT /analysts/{analyst}/roles"] = ("Change an analyst's roles", null),
        ["POST /analysts/{analyst}/tokens"] = ("Give out a token", "The answer shows the token, this once."),
        ["GET /analysts/{analyst}/tokens"] = ("List an analyst's tokens", "One's own, or as an administrator anybody's; never the tokens themselves."),
        ["DELETE /analysts/{analyst}/tokens/{id}"] = ("Revoke a token", "It is refused everywhere from then on."),
        ["POST /questions"] = ("Draft a question", null),
        ["GET /questions"] = ("List questions", null),
        ["GET /questions/{slug}"] = ("Show a question", null),
        ["POST /questions/{slug}/open"] = ("Open a draft for forecasts", null),
        ["POST /questions/{slug}/close"] = ("Close a question before its time", null),
        ["POST /questions/{slug}/reschedule"] = ("Move a question's close", null),
        ["POST /questions/{slug}/clarifications"] = ("Add a clarification to the criteria", null),
        ["POST /questions/{slug}/evidence"] = ("Log an event of the real world that bears on a question", null),
        ["POST /questions/{slug}/resolution"] = ("Propose an outcome", "Another person confirms it."),
        ["GET /questions/{slug}/resolution"] = ("Show how a question's outcome came to stand", null),
        ["POST /questions/{slug}/resolution/correct"] = ("Propose another outcome than the one that stands", null),
        ["POST /questions/{slug}/resolution/annul"] = ("Propose that a question be annulled", null),
        ["POST /questions/{slug}/resolution/take-back"] = ("Propose that an outcome be taken back", null),
        ["POST /questions/{slug}/resolution/confirm"] = (
            "Confirm what another person proposed",
            "Names the proposal that is meant, or the question's version by If-Match; 428 with neither, 409 where another proposal stands."
        ),
        ["POST /questions/{slug}/resolution/reject"] = (
            "Reject what another person proposed",
            "Names the proposal that is meant, or the question's version by If-Match; 428 with neither, 409 where another proposal stands."
        ),
        ["POST /questions/{slug}/resolution/dispute"] = (
            "Dispute an outcome",
            "`resolution` is the id of the outcome that is meant, which the question shows as `resolutionId`; `If-Match` does as well. 428 with neither, 409 where another outcome stands."
        ),
        ["PUT /questions/{slug}/forecast"] = ("Submit or revise one's forecast", "State exactly one of probability, term, probabilities and quantiles."),
        ["DELETE /questions/{slug}/forecast"] = ("Withdraw one's forecast; its history stays", null),
        ["POST /forecasts"] = ("Submit many forecasts, one a line", "Answered line by line, in order."),
        ["GET /questions/{slug}/forecasts"] = ("List everyone's standing forecasts", null),
        ["GET /questions/{slug}/forecasts/{analyst}"] = ("Show one forecast's whole history", null),
        ["GET /analysts/{analyst}/forecasts"] = ("List an analyst's standing forecasts on all questions", null),
        ["GET /scales"] = ("List the scales of verbal likelihoods", null),
        ["GET /questions/{slug}/consensus"] = ("Show what the crowd says", null),
        ["GET /questions/{slug}/consensus/history"] = ("List how what the crowd says has moved", null),
        ["GET /questions/{slug}/scores"] = ("Show the scores of everyone on a question", null),
        ["GET /questions/{slug}/scores/generations"] = ("List how often a question was scored, and why", null),
        ["GET /questions/{slug}/scores/{analyst}/explanation"] = ("Show interval by interval how a score came about", null),
        ["GET /analysts/{analyst}/scores"] = ("List an analyst's scores", null),
        ["GET /leaderboard"] = ("Show who forecasts best", null),
        ["GET /calibration"] = ("Show how well all analysts are calibrated", null),
        ["GET /analysts/{analyst}/calibration"] = ("Show how well an analyst is calibrated", null),
        ["GET /analysts/{a}/compare/{b}"] = ("Compare two analysts on the questions that both forecast", null),
        ["GET /analysts/{analyst}/updating"] = ("Show how an analyst's forecasts move", null),
        ["GET /audit/events"] = ("List every event that was recorded", "As JSON, NDJSON or CSV, by Accept."),
        ["GET /live"] = ("Follow what happens, as server-sent events", "Last-Event-ID resumes without a gap."),
        ["POST /imports/questions"] = ("Bring questions in", null),
        ["POST /imports/forecasts"] = ("Bring forecasts in", null),
        ["POST /imports/outcomes"] = ("Bring outcomes in", null),
        ["GET /imports"] = ("List imports", null),
        ["GET /imports/{id}"] = ("Show how an import goes on", null),
        ["GET /imports/{id}/errors"] = ("List the rows that an import refused", null),
        ["POST /webhooks"] = ("Have events posted to an address", "The answer shows the signing secret, this once."),
        ["GET /webhooks"] = ("List one's webhooks", "An administrator sees everybody's."),
        ["GET /webhooks/{id}"] = ("Show a webhook", null),
        ["DELETE /webhooks/{id}"] = ("Remove a webhook", null),
        ["POST /webhooks/{id}/enable"] = ("Go on with a webhook that was disabled", null),
        ["GET /webhooks/{id}/deliveries"] = ("List a webhook's deliveries", null),
        ["GET /webhooks/{id}/deliveries/{n}"] = ("Show a delivery", null),
        ["POST /webhooks/{id}/deliveries/{n}/replay"] = ("Deliver again", null),
        ["GET /exports/questions"] = ("Take questions out", null),
        ["GET /exports/forecasts"] = ("Take forecasts out", null),
        ["GET /exports/scores"] = ("Take scores out", null),
        ["GET /exports/outcomes"] = ("Take outcomes out", null),
    };

    /// <summary>The operation's summary, and what else there is to say; its method and path where nothing stands here.</summary>
    public static (string? Summary, string? More) Of(string method, string path) => Texts.GetValueOrDefault($"{method} {path.TrimEnd('/')}");
}
