using Domain.Ledger.Leaves;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Statistics;

namespace Domain.Forecasts;

/// <summary>What a forecaster wants to state.</summary>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what makes the forecast.</param>
/// <param name="Statement">What is stated.</param>
/// <param name="Rationale">Why, at most 20,000 characters; null where nothing is said.</param>
/// <param name="Evidence">At most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ExpiresAt">The instant from which the forecast no longer stands, UTC; null for no expiry of its own.</param>
public sealed record ForecastCommand(
    ForecasterName Analyst,
    ForecasterKind Kind,
    Statement Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt
);

/// <summary>When a forecast is taken, and when it is refused.</summary>
public static class ForecastDecisions
{
    /// <summary>How far the probabilities of the options may be from 1 in sum: what rounding to nine decimals can do.</summary>
    public const double SumTolerance = 1e-6;

    /// <summary>The most characters of a rationale.</summary>
    public const int MaxRationale = 20_000;

    /// <summary>The most pieces of evidence.</summary>
    public const int MaxEvidence = 50;

    /// <summary>The most characters of a piece of evidence.</summary>
    public const int MaxEvidenceText = 2_000;

    /// <summary>The most points of one distribution.</summary>
    public const int MaxQuantiles = 1_000;

    /// <summary>Submits the analyst's first forecast on the question, or revises the one that stands.</summary>
    public static Decision State(Question question, Forecast? forecast, ForecastCommand command, DateTimeOffset now)
    {
        if (TakesForecasts(question, now) is { } refusal)
            return refusal;
        if (Check(question, command, now) is { } invalid)
            return invalid;

        return Decision.Of(
            forecast is null
                ? new ForecastSubmitted(
                    new QuestionSlug(question.Slug),
                    command.Analyst,
                    command.Kind,
                    now,
                    command.Statement,
                    command.Rationale,
                    command.Evidence,
                    command.ExpiresAt
                )
                : new ForecastRevised(
                    new QuestionSlug(question.Slug),
                    command.Analyst,
                    command.Kind,
                    now,
                    command.Statement,
                    command.Rationale,
                    command.Evidence,
                    command.ExpiresAt
                )
        );
    }

    /// <summary>Takes the standing forecast back; its history stays.</summary>
    public static Decision Withdraw(Question question, Forecast? forecast, DateTimeOffset now)
    {
        if (TakesForecasts(question, now) is { } refusal)
            return refusal;
        return forecast?.Standing is null || forecast.ExpiresAt <= now
            ? Decision.Conflict("No forecast of yours stands on this question.")
            : Decision.Of(new ForecastWithdrawn(forecast.Question, forecast.Analyst, forecast.Kind, now));
    }

    /// <summary>Records that the forecast has expired, as of that instant; nothing where none stands that has.</summary>
    public static Decision Expire(Forecast? forecast, DateTimeOffset now) =>
        forecast is { Standing: not null, ExpiresAt: { } at } && at <= now
            ? Decision.Of(new ForecastExpired(forecast.Question, forecast.Analyst, forecast.Kind, at))
            : Decision.Of();

    /// <summary>The first thing that is wrong with what is stated, whatever the question's status; null where nothing is.</summary>
    public static Decision? Check(Question question, ForecastCommand command, DateTimeOffset now)
    {
        if (CheckRationale(command.Rationale) is { } rationale)
            return rationale;
        if (command.Evidence.Any(e => e.Contains('\0')))
            return Decision.Invalid("evidence", "Evidence holds no NUL character.");
        if (command.Evidence.Fault(MaxEvidence, MaxEvidenceText) is { } fault)
            return Decision.Invalid("evidence", $"Evidence is a list of at most {MaxEvidence} entries of 1 to {MaxEvidenceText:N0} characters; {fault}.");
        if (command.ExpiresAt is { } expiry && expiry <= now)
        {
            return Decision.Invalid("expiresAt", $"A forecast expires after it is made: {Instants.Format(expiry)} is not after {Instants.Format(now)}.");
        }

        return Check(question, command.Statement);
    }

    /// <summary>What is wrong with a statement on this question; null where nothing is.</summary>
    public static Decision? Check(Question question, Statement statement)
    {
        if (statement.Seal is { } seal && Commitment.Parse(seal).Reason is not null)
            return Decision.Invalid("seal", "A seal is the base64 of 32 bytes (RFC 4648, section 4): 44 characters.");
        return statement switch
        {
            { Probability: { } p } => CheckProbability(question, p),
            { Probabilities: { } ps } => CheckProbabilities(question, ps),
            { Quantiles: { } qs } => CheckQuantiles(question, qs),
            { Seal: not null } => null,
            _ => Decision.Invalid("probability", "State one of probability, term, probabilities, quantiles or seal."),
        };
    }

    /// <summary>What is wrong with a rationale; null where nothing is.</summary>
    internal static Decision? CheckRationale(string? rationale)
    {
        if (rationale is { Length: > MaxRationale } reasons)
            return Decision.Invalid("rationale", $"A rationale has at most {MaxRationale:N0} characters; this has {reasons.Size()}.");
        return rationale?.Contains('\0') == true ? Decision.Invalid("rationale", "A rationale holds no NUL character.") : null;
    }

    private static Decision? TakesForecasts(Question question, DateTimeOffset now)
    {
        if (question.Status != QuestionStatus.Open)
            return Decision.Conflict($"The question is {QuestionDecisions.Name(question.Status)}; it takes no forecasts.");
        if (now < question.OpensAt)
            return Decision.Conflict("The question's opening time has not come yet.");
        return now >= question.ClosesAt ? Decision.Conflict("The question's close has passed; it takes no forecasts.") : null;
    }

    private static Decision? CheckProbability(Question question, double p)
    {
        if (!question.Type.IsYesOrNo())
            return Decision.Invalid("probability", "Only a binary question takes one probability.");
        return p is >= 0 and <= 1 ? null : Decision.Invalid("probability", Said($"A probability lies between 0 and 1, and {p} does not."));
    }

    private static Decision? CheckProbabilities(Question question, IReadOnlyList<double> ps)
    {
        if (question.Type.HasRange())
            return Decision.Invalid("probabilities", "This question takes quantiles.");
        if (ps.Count != question.Options.Count)
            return Decision.Invalid("probabilities", $"State a probability for each option: there are {question.Options.Count}, and {ps.Count} are stated.");
        for (var i = 0; i < ps.Count; i++)
        {
            if (ps[i] is not (>= 0 and <= 1))
                return Decision.Invalid(
                    "probabilities",
                    Said($"A probability lies between 0 and 1, and {ps[i]} of '{question.Options[i].Shortened(60)}' does not.")
                );
        }

        var sum = CompensatedSum.Of(ps);
        return Math.Abs(sum - 1) <= SumTolerance
            ? null
            : Decision.Invalid("probabilities", FormattableString.Invariant($"The probabilities sum to {sum:0.######}, not to 1."));
    }

    private static Decision? CheckQuantiles(Question question, IReadOnlyList<Quantile> quantiles)
    {
        if (question.Range is not { } range)
            return Decision.Invalid("quantiles", "Only numeric and date questions take quantiles.");
        if (quantiles.Count is < 1 or > MaxQuantiles)
            return Decision.Invalid("quantiles", Said($"State 1 to {MaxQuantiles} quantiles; these are {quantiles.Count}."));
        string Place(double value) => question.Type.CountsDays() ? OutcomeText.FormatDay(value) : Said($"{value}");
        for (var i = 0; i < quantiles.Count; i++)
        {
            var (level, value) = quantiles[i];
            if (level is not (>= 0 and <= 1))
                return Decision.Invalid("quantiles", Said($"A level lies from 0 to 1, and {level} does not."));
            if (!double.IsFinite(value))
                return Decision.Invalid("quantiles", Said($"A value is a finite number, and that at level {level} is none."));
            if (!range.OpenLower && Decimals.Compare(value, range.Min) < 0)
            {
                return Decision.Invalid(
                    "quantiles",
                    $"A value lies within the range where its end is closed, and {Place(value)} lies below {Place(range.Min)}."
                );
            }

            if (!range.OpenUpper && Decimals.Compare(value, range.Max) > 0)
            {
                return Decision.Invalid(
                    "quantiles",
                    $"A value lies within the range where its end is closed, and {Place(value)} lies above {Place(range.Max)}."
                );
            }

            if (i == 0)
                continue;
            var before = quantiles[i - 1];
            var (rise, move) = (Decimals.Compare(level, before.Level), Decimals.Compare(value, before.Value));
            if (rise < 0)
                return Decision.Invalid("quantiles", Said($"Levels never fall, and {level} comes after {before.Level}."));
            if (move < 0)
                return Decision.Invalid(
                    "quantiles",
                    Said($"Values never fall, and {level} at {Place(value)} lies below {before.Level} at {Place(before.Value)}.")
                );
            if (rise == 0 && move == 0)
                return Decision.Invalid("quantiles", Said($"No point is stated twice, and {level} at {Place(value)} is."));
        }

        return null;
    }

    private static string Said(FormattableString text) => FormattableString.Invariant(text);
}
