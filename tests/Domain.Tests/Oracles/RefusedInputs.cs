using System.Globalization;
using System.Text.Json;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;

namespace Domain.Tests.Oracles;

/// <summary>What other libraries refuse to score is refused here when it is stated, so that it is never scored at all.</summary>
public sealed class RefusedInputs
{
    private static readonly DateTimeOffset Now = new(2021, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Invalid => Cases.Named("invalid_input");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Invalid))]
    public void Invalid_inputs_are_refused(string name)
    {
        var (inputs, expected, _) = Cases.Read(name);
        Assert.True(expected.GetProperty("error").GetBoolean(), $"{name} expects something else than an error.");

        var refusals = Refused(inputs).ToList();

        Assert.True(refusals.Count > 0, $"{name}: nothing of it would be refused.");
    }

    private static IEnumerable<string> Refused(JsonElement inputs)
    {
        var options = inputs.TryGetProperty("forecast", out var forecast) && forecast.ValueKind == JsonValueKind.Array ? forecast.Doubles() : null;
        var question = options is null ? Asked(QuestionType.Binary, ["yes", "no"]) : Asked(QuestionType.MultipleChoice, [.. options.Select((_, i) => $"o{i}")]);
        foreach (var field in inputs.EnumerateObject())
        {
            var refusal = field.Name switch
            {
                "forecast" when options is not null => Check(question, new Statement(Probabilities: [.. options])),
                "forecast" or "p" => Check(question, new Statement(Probability: field.Value.Number())),
                "forecasts" => field.Value.Doubles().Select(p => Check(question, new Statement(Probability: p))).FirstOrDefault(d => d is not null),
                "outcome" when inputs.TryGetProperty("forecast", out _) && options is null => Outcome(
                    question,
                    field.Value.Number() switch
                    {
                        1 => "yes",
                        0 => "no",
                        var y => y.ToString("R", CultureInfo.InvariantCulture),
                    }
                ),
                "outcomes" => field
                    .Value.Doubles()
                    .Select(y =>
                        Outcome(
                            question,
                            y switch
                            {
                                1 => "yes",
                                0 => "no",
                                _ => y.ToString("R", CultureInfo.InvariantCulture),
                            }
                        )
                    )
                    .FirstOrDefault(d => d is not null),
                "outcome_index" => Outcome(question, $"o{field.Value.GetInt32()}"),
                "outcome_index_1based" => Outcome(question, $"o{field.Value.GetInt32() - 1}"),
                "quantile" => Check(
                    Asked(QuestionType.Numeric, []),
                    new Statement(Quantiles: [new Quantile(inputs.GetProperty("level").Number(), field.Value.Number())])
                ),
                "quantiles" => Check(
                    Asked(QuestionType.Numeric, []),
                    new Statement(Quantiles: [.. inputs.GetProperty("levels").Doubles().Zip(field.Value.Doubles(), (l, v) => new Quantile(l, v))])
                ),
                // A central interval is stated by the two quantiles that end it.
                "coverage" => Check(
                    Asked(QuestionType.Numeric, []),
                    new Statement(
                        Quantiles:
                        [
                            new Quantile((1 - field.Value.Number()) / 2, inputs.GetProperty("lower").Number()),
                            new Quantile((1 + field.Value.Number()) / 2, inputs.GetProperty("upper").Number()),
                        ]
                    )
                ),
                "cdf" => Check(Asked(QuestionType.Numeric, []), new Statement(Quantiles: [.. field.Value.Doubles().Select((f, i) => new Quantile(f, i))])),
                _ => null,
            };
            if (refusal is not null)
                yield return refusal;
        }
    }

    private static string? Check(Question question, Statement statement) =>
        ForecastDecisions.Check(question, new ForecastCommand(new("a"), ForecasterKind.Person, statement, null, [], null), Now)?.Refusals[0].Detail;

    private static string? Outcome(Question question, string text) => OutcomeText.Parse(question, text) is null ? $"'{text}' is no outcome." : null;

    private static Question Asked(QuestionType type, IReadOnlyList<string> options) =>
        new()
        {
            Id = "question/q",
            Slug = "q",
            Title = "Asked",
            Type = type,
            Options = options,
            Range = type == QuestionType.Numeric ? new QuestionRange(-1000, 1000, true, true) : null,
        };
}
