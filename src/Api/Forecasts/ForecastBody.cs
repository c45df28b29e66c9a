using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Api.Problems;
using Api.Questions;
using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Domain.VerbalScales;

namespace Api.Forecasts;

/// <summary>A point of a stated distribution; on a date question the value is a date.</summary>
/// <param name="P">The level, from 0 to 1: how probable it is that the value is not exceeded.</param>
/// <param name="Value">The place in the question's range: a number, or a date.</param>
public sealed record QuantileBody([property: Range(0.0, 1.0)] double P, JsonElement Value);

/// <summary>What a caller states: exactly one of probability, term, probabilities, quantiles and seal.</summary>
/// <param name="Probability">How probable yes is, from 0 to 1; for binary questions.</param>
/// <param name="Term">A verbal likelihood of the scale; for binary questions. It states the midpoint of its range.</param>
/// <param name="Scale">The verbal scale of the term; <c>icd203</c> where it is left out.</param>
/// <param name="Probabilities">A probability for each option; they sum to 1.</param>
/// <param name="Quantiles">Points of the distribution function, by rising levels and values; for questions of numbers and dates.</param>
/// <param name="Rationale">Why; an empty text is none.</param>
/// <param name="Evidence">What the forecast rests on: texts or addresses.</param>
/// <param name="ExpiresAt">The instant from which the forecast stands no longer; null for never.</param>
/// <param name="Seal">
/// The seal of a statement that is revealed after the close: the base64 of the SHA-256 of <c>forecasts/sealed/v1</c>, a byte 0, a salt of 32 bytes and the
/// statement in the spelling of RFC 8785.
/// </param>
public record ForecastBody(
    [property: Range(0.0, 1.0)] double? Probability = null,
    string? Term = null,
    string? Scale = null,
    IReadOnlyDictionary<string, double>? Probabilities = null,
    [property: Length(1, ForecastDecisions.MaxQuantiles)] IReadOnlyList<QuantileBody>? Quantiles = null,
    string? Rationale = null,
    [property: MaxLength(ForecastDecisions.MaxEvidence)] IReadOnlyList<string>? Evidence = null,
    DateTimeOffset? ExpiresAt = null,
    [property: StringLength(44, MinimumLength = 44)] string? Seal = null
)
{
    /// <summary>Why; an empty text is none, since no file could tell the two apart.</summary>
    [StringLength(ForecastDecisions.MaxRationale)]
    public string? Rationale { get; init; } = Rationale is "" ? null : Rationale;

    /// <summary>The statement, or null and a problem that says which field to change.</summary>
    public Statement? ToStatement(Question question, out IResult? problem)
    {
        problem = null;
        var forms =
            (Probability is null ? 0 : 1) + (Term is null ? 0 : 1) + (Probabilities is null ? 0 : 1) + (Quantiles is null ? 0 : 1) + (Seal is null ? 0 : 1);
        if (forms != 1)
        {
            problem = Problem.Invalid("probability", "State exactly one of probability, term, probabilities, quantiles and seal.");
            return null;
        }

        if (Scale is not null && Term is null)
        {
            problem = Problem.Invalid("scale", "A scale goes with a term.");
            return null;
        }

        if (Term is not null)
            return FromTerm(question, out problem);
        if (Seal is not null)
            return new Statement(Seal: Seal);
        if (Probabilities is not null)
            return FromOptions(question, out problem);
        return Quantiles is not null ? FromQuantiles(question, out problem) : new Statement(Probability: Probability);
    }

    private Statement? FromTerm(Question question, out IResult? problem)
    {
        problem = null;
        if (VerbalScales.Find(Scale ?? VerbalScales.Default) is not { } scale)
        {
            problem = Problem.Invalid(
                "scale",
                $"There is no scale '{Scale!.Shortened(60)}'; there are {string.Join(", ", VerbalScales.All.Select(s => s.Name))}."
            );
            return null;
        }

        if (scale.Find(Term!) is not { } term)
        {
            problem = Problem.Invalid(
                "term",
                $"The scale {scale.Name} has no term '{Term!.Shortened(60)}'; it has: {string.Join(", ", scale.Terms.Select(t => t.Term))}."
            );
            return null;
        }

        if (!question.Type.IsYesOrNo())
        {
            problem = Problem.Invalid("term", "A term states one probability, which only a binary question takes.");
            return null;
        }

        return new Statement(Probability: term.Midpoint, Verbal: new VerbalStatement(term.Term, scale.Name, scale.Version, term.Lower, term.Upper));
    }

    private Statement? FromOptions(Question question, out IResult? problem)
    {
        if (question.Options.Count == 0)
        {
            problem = Problem.Invalid(
                "probabilities",
                question.Range is null
                    ? "The question has no options yet."
                    : "Only questions with options take probabilities; a numeric or a date question takes quantiles, each a level p and a value."
            );
            return null;
        }

        var unknown = Probabilities!.Keys.Where(k => !question.Options.Contains(k)).ToList();
        var missing = question.Options.Where(o => !Probabilities.ContainsKey(o)).ToList();
        problem =
            unknown.Count > 0
                ? Problem.Invalid("probabilities", $"The question has no option '{unknown[0].Shortened(60)}'; it has {string.Join(", ", question.Options)}.")
            : missing.Count > 0 ? Problem.Invalid("probabilities", $"State a probability for each option; '{missing[0].Shortened(60)}' has none.")
            : null;
        return problem is null ? new Statement(Probabilities: [.. question.Options.Select(o => Probabilities[o])]) : null;
    }

    private Statement? FromQuantiles(Question question, out IResult? problem)
    {
        var read = Quantiles!.Select(q => (q.P, Value: RangeBody.Read(question.Type, q.Value))).ToList();
        problem =
            question.Range is null ? Problem.Invalid("quantiles", "Only numeric and date questions take quantiles.")
            : read.Any(q => q.Value is null) ? Problem.Invalid("quantiles", $"A value is a number, or on a date question {Instants.Expected}.")
            : null;
        return problem is null ? new Statement(Quantiles: [.. Quantile.InOrder(read.Select(q => Quantile.Stated(q.P, q.Value!.Value)))]) : null;
    }
}

/// <summary>One of many forecasts: what is stated, and on which question.</summary>
public sealed record ForecastLine(
    string Question,
    double? Probability = null,
    string? Term = null,
    string? Scale = null,
    IReadOnlyDictionary<string, double>? Probabilities = null,
    IReadOnlyList<QuantileBody>? Quantiles = null,
    string? Rationale = null,
    IReadOnlyList<string>? Evidence = null,
    DateTimeOffset? ExpiresAt = null,
    string? Seal = null
) : ForecastBody(Probability, Term, Scale, Probabilities, Quantiles, Rationale, Evidence, ExpiresAt, Seal);

/// <summary>What a forecast states, as the API shows it.</summary>
public sealed record StatementAnswer(
    double? Probability,
    IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyList<QuantileBody>? Quantiles,
    VerbalStatement? Verbal,
    string? Term,
    string? Seal = null,
    DateTimeOffset? RevealedAt = null
)
{
    public static StatementAnswer? Of(Question question, Statement? s) =>
        s is null
            ? null
            : new StatementAnswer(
                s.Probability ?? (question.Type.IsYesOrNo() ? s.Probabilities?[0] : null),
                s.Probabilities is { } ps && !question.Type.IsYesOrNo() ? question.Options.Zip(ps).ToDictionary(x => x.First, x => x.Second) : null,
                s.Quantiles is { } qs ? [.. qs.Select(q => new QuantileBody(q.Level, RangeBody.Value(question.Type, q.Value)))] : null,
                s.Verbal,
                s.Verbal?.Term,
                s.Seal,
                s.RevealedAt
            );

    /// <summary>A prediction in the same shape; for a consensus, which nobody stated.</summary>
    public static StatementAnswer Of(Question question, Prediction prediction) =>
        prediction switch
        {
            Prediction.Categorical c => Of(question, new Statement(Probabilities: c.Probabilities))!,
            Prediction.Quantiles q => Of(question, new Statement(Quantiles: q.Points))!,
            _ => throw new InvalidOperationException(),
        };
}
