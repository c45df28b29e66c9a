using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;

namespace RealForecasts;

/// <summary>A resolved question of a data set with everything that was forecast on it.</summary>
/// <param name="Question">The question with its last outcome.</param>
/// <param name="Forecasts">A timeline a forecaster, by name.</param>
/// <param name="Tag">Its first tag, by which base rates are counted.</param>
public sealed record RealQuestion(ResolvedQuestion Question, IReadOnlyList<ForecastTimeline> Forecasts, string Tag);

/// <summary>
/// Questions, outcomes and forecasts read from files with the columns of an import: <c>questions.csv</c>, <c>outcomes.csv</c>, <c>forecasts.csv</c>, plain or
/// <c>.gz</c>.
/// </summary>
public sealed class DataSet
{
    private DataSet(IReadOnlyList<RealQuestion> resolved, int questions, int rows) => (Resolved, Questions, Rows) = (resolved, questions, rows);

    /// <summary>The questions with an outcome that was neither taken back nor annulled, in the order in which the outcomes were known.</summary>
    public IReadOnlyList<RealQuestion> Resolved { get; }

    /// <summary>How many questions there are, with or without an outcome.</summary>
    public int Questions { get; }

    /// <summary>How many rows of forecasts there are.</summary>
    public int Rows { get; }

    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A cell is not what its column holds.</exception>
    public static DataSet Read(string folder)
    {
        // A later outcome corrects an earlier one, and 'unresolved' takes it back.
        var outcomes = new Dictionary<string, (string Outcome, DateTimeOffset KnownAt)>(StringComparer.Ordinal);
        foreach (var row in Table(folder, "outcomes"))
        {
            if (row("outcome") == "unresolved")
                outcomes.Remove(row("question"));
            else
                outcomes[row("question")] = (row("outcome"), Instant(row("known_at")));
        }

        var questions = new Dictionary<string, Func<(ResolvedQuestion Question, string Tag)?>>(StringComparer.Ordinal);
        var options = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var row in Table(folder, "questions"))
        {
            var slug = row("question");
            var type = Enum.Parse<QuestionType>(row("type"), ignoreCase: true);
            var named = options[slug] = type == QuestionType.Binary ? ["yes", "no"] : row("options").Split('|', StringSplitOptions.RemoveEmptyEntries);
            var range = type is QuestionType.Numeric or QuestionType.Date
                ? new QuestionRange(
                    Place(type, row("range_min")),
                    Place(type, row("range_max")),
                    row("range_open").Contains("lower", StringComparison.Ordinal),
                    row("range_open").Contains("upper", StringComparison.Ordinal)
                )
                : null;
            var (opens, closes, spot, tag) = (Instant(row("opens_at")), Instant(row("closes_at")), row("spot_at"), row("tags").Split('|')[0]);
            questions[slug] = () =>
            {
                if (!outcomes.TryGetValue(slug, out var known) || known.Outcome == OutcomeText.Annulled)
                    return null;
                OutcomeValue outcome = range is null
                    ? new OutcomeValue.Option(Option(slug, named, known.Outcome))
                    : new OutcomeValue.Point(Place(type, known.Outcome));
                return (
                    new ResolvedQuestion(
                        slug,
                        type,
                        range is null ? named.Length : 0,
                        range,
                        opens,
                        closes,
                        known.KnownAt,
                        spot.Length > 0 ? Instant(spot) : null,
                        outcome,
                        null
                    ),
                    tag
                );
            };
        }

        var rows = 0;
        var forecasts = new Dictionary<string, Dictionary<string, Dictionary<DateTimeOffset, List<Cell>>>>(StringComparer.Ordinal);
        foreach (var row in Table(folder, "forecasts"))
        {
            rows++;
            var withdrawn = row("withdrawn") is "true" or "1";
            Of(Of(Of(forecasts, row("question")), row("forecaster")), Instant(row("made_at")))
                .Add(new Cell(rows, withdrawn ? 0 : Number(row("probability")), row("option"), row("value"), withdrawn));
        }

        var resolved = new List<RealQuestion>();
        foreach (var (slug, read) in questions)
        {
            if (read() is not var (question, tag))
                continue;
            var timelines = forecasts.TryGetValue(slug, out var byForecaster)
                ? byForecaster
                    .OrderBy(f => f.Key, StringComparer.Ordinal)
                    .Select(f => new ForecastTimeline(
                        f.Key,
                        ForecasterKind.Person,
                        [.. f.Value.Select(made => Step(question, options[slug], made.Key, made.Value))]
                    ))
                    .ToList()
                : [];
            resolved.Add(new RealQuestion(question, timelines, tag));
        }

        return new DataSet([.. resolved.OrderBy(q => q.Question.KnownAt).ThenBy(q => q.Question.Slug, StringComparer.Ordinal)], questions.Count, rows);
    }

    /// <summary>The rows of one forecast: an option or a quantile each, or one probability; where an option comes twice the later row holds.</summary>
    private static ForecastStep Step(ResolvedQuestion question, string[] options, DateTimeOffset madeAt, List<Cell> cells)
    {
        Prediction? prediction;
        if (cells[^1].Withdrawn)
            prediction = null;
        else if (question.Range is not null)
            prediction = new Prediction.Quantiles([
                .. cells.OrderBy(c => c.Probability).Select(c => new Quantile(c.Probability, Place(question.Type, c.Value))),
            ]);
        else if (cells[^1].Option.Length == 0)
            prediction = Prediction.Categorical.Binary(cells[^1].Probability);
        else
        {
            var p = new double[options.Length];
            foreach (var cell in cells)
                p[Option(question.Slug, options, cell.Option)] = cell.Probability;
            prediction = new Prediction.Categorical([.. p]);
        }

        return new ForecastStep(madeAt, cells[0].Row, prediction);
    }

    private static IEnumerable<Func<string, string>> Table(string folder, string name)
    {
        var (plain, packed) = (Path.Combine(folder, $"{name}.csv"), Path.Combine(folder, $"{name}.csv.gz"));
        using Stream file = File.Exists(plain) ? File.OpenRead(plain) : new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
        using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
            yield return column => csv.GetField(column) ?? "";
    }

    private static TValue Of<TKey, TValue>(Dictionary<TKey, TValue> of, TKey key)
        where TKey : notnull
        where TValue : new()
    {
        if (!of.TryGetValue(key, out var value))
            of[key] = value = new TValue();
        return value;
    }

    private static int Option(string slug, string[] options, string named) =>
        Array.IndexOf(options, named) is >= 0 and var index ? index : throw new FormatException($"{slug} has no option '{named}'.");

    private static double Place(QuestionType type, string text) =>
        type == QuestionType.Date ? OutcomeText.ParseDay(text) ?? throw new FormatException($"'{text}' is no date.") : Number(text);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private readonly record struct Cell(int Row, double Probability, string Option, string Value, bool Withdrawn);
}
