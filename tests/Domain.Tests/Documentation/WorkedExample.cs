using System.Globalization;
using System.Text.RegularExpressions;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.TrackRecords;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Tests.Documentation;

/// <summary>
/// An example of the documentation as it is written there: a question, who said what on which day, and numbers that come out of it.
/// </summary>
internal sealed partial class WorkedExample
{
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, (ForecasterKind Kind, List<ForecastStep> Steps)> _said = new(StringComparer.Ordinal);
    private readonly List<EarlierScore> _records = [];
    private readonly List<EarlierOutcome> _earlier = [];
    private readonly List<(string Line, Func<ScoringInput, double[]?> Got, string Wanted)> _claims = [];
    private ResolvedQuestion _question = null!;

    private WorkedExample() { }

    /// <summary>The keys and forecasters of which numbers are claimed.</summary>
    public List<string> Names { get; } = [];

    /// <exception cref="FormatException">A line says nothing that is understood.</exception>
    public static WorkedExample Read(string text)
    {
        var example = new WorkedExample();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            example.Add(line);
        return example;
    }

    /// <summary>Works everything out, and fails on the first number that is not what is written, rounded as it is written.</summary>
    public void Hold()
    {
        var input = new ScoringInput(_question, [.. _said.Select(f => new ForecastTimeline(f.Key, f.Value.Kind, f.Value.Steps))], _earlier, _records);
        Assert.NotEmpty(_claims);
        foreach (var (line, got, wanted) in _claims)
        {
            var numbers = got(input);
            if (wanted == "undefined")
            {
                Assert.True(numbers is null, $"{line}: it is {string.Join(' ', numbers ?? [])}");
                continue;
            }

            var expected = wanted.Split(' ');
            Assert.True(
                numbers is not null && numbers.Length == expected.Length,
                $"{line}: it is {(numbers is null ? "undefined" : string.Join(' ', numbers))}"
            );
            for (var i = 0; i < expected.Length; i++)
            {
                var digits = expected[i].Contains('.', StringComparison.Ordinal)
                    ? expected[i].Length - expected[i].IndexOf('.', StringComparison.Ordinal) - 1
                    : 0;
                // A number that is written short is exact; one of six digits is rounded.
                var tolerance = digits >= 6 ? 0.5000001 * Math.Pow(10, -digits) : 1e-9;
                Assert.True(Math.Abs(numbers![i] - Number(expected[i])) <= tolerance, $"{line}: it is {string.Join(' ', numbers)}");
            }
        }
    }

    private void Add(string line)
    {
        if (QuestionLine().Match(line) is { Success: true } q)
            Ask(q);
        else if (StatusQuoLine().Match(line) is { Success: true } s)
            _question = _question with { StatusQuo = Outcome(s.Groups["outcome"].Value) };
        else if (EarlierLine().Match(line) is { Success: true } e)
            _earlier.AddRange(
                e.Groups["outcomes"]
                    .Value.Split(", ")
                    .Select(o => new EarlierOutcome(Opening.AddDays(-1), ((OutcomeValue.Option)Outcome(o)).Index, _question.OptionCount))
            );
        else if (RecordLine().Match(line) is { Success: true } r)
            _records.Add(new EarlierScore(r.Groups["who"].Value, Opening.AddDays(-1), Number(r.Groups["peer"].Value), 0));
        else if (SaysLine().Match(line) is { Success: true } f)
            Say(f.Groups["who"].Value, f.Groups["steps"].Value);
        else if (StatesLine().Match(line) is { Success: true } c)
            Claim(line, c.Groups["who"].Value, "", input => Stated(input, c.Groups["who"].Value, Number(c.Groups["day"].Value)), c.Groups["wanted"].Value);
        else if (ScoreLine().Match(line) is { Success: true } k)
            Claim(
                line,
                k.Groups["who"].Value,
                k.Groups["key"].Value,
                input => Score(input, k.Groups["who"].Value, k.Groups["key"].Value),
                k.Groups["wanted"].Value
            );
        else
            throw new FormatException($"'{line}' says nothing that is understood.");
    }

    private void Claim(string line, string who, string key, Func<ScoringInput, double[]?> got, string wanted)
    {
        Names.AddRange([who, key]);
        _claims.Add((line, got, wanted));
    }

    private void Ask(Match q)
    {
        var type = q.Groups["type"].Value switch
        {
            "binary" => QuestionType.Binary,
            "multiple choice" => QuestionType.MultipleChoice,
            "ordered" => QuestionType.Ordered,
            _ => QuestionType.Numeric,
        };
        var close = Opening.AddDays(Number(q.Groups["days"].Value));
        var open = q.Groups["open"].Value;
        _question = new ResolvedQuestion(
            "q",
            type,
            type == QuestionType.Binary ? 2
                : type == QuestionType.Numeric ? 0
                : int.Parse(q.Groups["options"].Value, CultureInfo.InvariantCulture),
            type == QuestionType.Numeric
                ? new QuestionRange(
                    Number(q.Groups["min"].Value),
                    Number(q.Groups["max"].Value),
                    open is "below" or "on both sides",
                    open is "above" or "on both sides"
                )
                : null,
            Opening,
            close,
            q.Groups["known"].Success ? Opening.AddDays(Number(q.Groups["known"].Value)) : close,
            null,
            new OutcomeValue.Option(0),
            null
        );
        _question = _question with { Outcome = Outcome(q.Groups["outcome"].Value) };
    }

    private OutcomeValue Outcome(string text)
    {
        if (_question.Range is not null)
            return new OutcomeValue.Point(Number(text));
        if (!text.Contains(' ', StringComparison.Ordinal))
            return new OutcomeValue.Option(Option(text));
        // By degrees: "yes 0.75, no 0.25".
        var degrees = new double[_question.OptionCount];
        foreach (var degree in text.Split(", ").Select(part => part.Split(' ')))
            degrees[Option(degree[0])] = Number(degree[1]);
        return new OutcomeValue.Partial([.. degrees]);
    }

    private static int Option(string text) =>
        text switch
        {
            "yes" => 0,
            "no" => 1,
            _ => int.Parse(text, CultureInfo.InvariantCulture) - 1,
        };

    private void Say(string who, string steps)
    {
        var kind = who.StartsWith("a document", StringComparison.Ordinal) ? ForecasterKind.Document : ForecasterKind.Person;
        var said = steps
            .Split(", ")
            .Select(
                (step, i) =>
                {
                    var parts = step.Split(" on day ");
                    Prediction? prediction = parts[0] switch
                    {
                        "nothing" => null,
                        "a seal" => new Prediction.Sealed(),
                        var p when p.EndsWith(" sealed", StringComparison.Ordinal) => new Prediction.Sealed(
                            Prediction.Categorical.Binary(Number(p[..^" sealed".Length])),
                            Opening.AddDays(Number(parts[2]))
                        ),
                        var p when p.Contains('%', StringComparison.Ordinal) => new Prediction.Quantiles([
                            .. p.Split(' ').Select(x => x.Split("%:")).Select(x => new Quantile(Number(x[0]) / 100, Number(x[1]))),
                        ]),
                        var p when p.Contains(' ', StringComparison.Ordinal) => new Prediction.Categorical([.. p.Split(' ').Select(Number)]),
                        var p => Prediction.Categorical.Binary(Number(p)),
                    };
                    return new ForecastStep(Opening.AddDays(Number(parts[1].Replace(" and revealed", "", StringComparison.Ordinal))), i, prediction);
                }
            );
        _said[who.Split(' ')[^1]] = (kind, [.. said]);
    }

    private static double[]? Score(ScoringInput input, string who, string key)
    {
        var row = QuestionScoring.Score(RuleSet.Current, input).Single(r => r.Forecaster == who);
        return (key == "coverage" ? row.Coverage : row.Scores[key]) is { } score ? [score] : null;
    }

    private double[]? Stated(ScoringInput input, string who, double day)
    {
        var at = Opening.AddDays(day);
        var steps = who.StartsWith("consensus:", StringComparison.Ordinal)
            ? ConsensusTimelines.Of(
                ConsensusMethods.OfForecaster(who)!,
                _question.OpensAt,
                _question.ClosesAt,
                input.Forecasts,
                _records,
                _question.ClosesAt,
                _question.Range
            )
            : References.OfForecaster(who)!.Steps(input.Question, input.EarlierOutcomes, _question.ClosesAt)!;
        var stated = steps.Where(s => s.MadeAt <= at).OrderBy(s => s.MadeAt).ThenBy(s => s.Sequence).LastOrDefault().Prediction as Prediction.Categorical;
        return stated is null ? null
            : _question.Type == QuestionType.Binary ? [stated.Probabilities[0]]
            : [.. stated.Probabilities];
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^an? (?<type>binary|multiple choice|ordered|numeric) question of (?<days>\S+) days(?: with (?<options>\d+) options)?"
            + @"(?: on (?<min>\S+) to (?<max>\S+)(?: open (?<open>below|above|on both sides))?)? "
            + @"comes out (?<outcome>[^\s,]+(?: [^\s,]+, \S+ [^\s,]+)?)(?:, known on day (?<known>\S+))?$"
    )]
    private static partial Regex QuestionLine();

    [GeneratedRegex(@"^the status quo is (?<outcome>\S+)$")]
    private static partial Regex StatusQuoLine();

    [GeneratedRegex(@"^earlier questions came out (?<outcomes>.+)$")]
    private static partial Regex EarlierLine();

    [GeneratedRegex(@"^(?<who>\S+) has peer (?<peer>\S+)$")]
    private static partial Regex RecordLine();

    [GeneratedRegex(@"^(?<who>(?:a )?\S+) says (?<steps>.+)$")]
    private static partial Regex SaysLine();

    [GeneratedRegex(@"^(?<who>(?:consensus|reference):\S+) states (?<wanted>.+) on day (?<day>\S+)$")]
    private static partial Regex StatesLine();

    [GeneratedRegex(@"^(?<key>\S+) of (?<who>\S+) is (?<wanted>.+)$")]
    private static partial Regex ScoreLine();
}
