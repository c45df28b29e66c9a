using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.VerbalScales;
using Store.Importing;

namespace Worker.Importing;

/// <summary>The rows of one forecast.</summary>
internal sealed class ForecastGroup(Question question, string forecaster, DateTimeOffset madeAt)
{
    private RefusedRow? _refused;

    public Question Question { get; } = question;

    public string Forecaster { get; } = forecaster;

    public DateTimeOffset MadeAt { get; } = madeAt;

    public List<ImportRow> Rows { get; } = [];

    /// <summary>Why the forecast is refused, for each of its rows.</summary>
    public IEnumerable<RefusedRow> Refusals => Rows.Select(r => _refused! with { Line = r.Line });

    /// <summary>The rows put together, in the order of the first row of each; rows that belong to no forecast are refused.</summary>
    public static IReadOnlyList<ForecastGroup> Of(IReadOnlyList<ImportRow> rows, KnownQuestions questions, List<RefusedRow> refused)
    {
        var groups = new List<ForecastGroup>(rows.Count);
        var parts = new Dictionary<(string, string, DateTimeOffset), ForecastGroup>();
        foreach (var row in rows)
        {
            var v = row.Values;
            var problem = row.Problem;
            if (v[0] is null) problem ??= row.Refuse("question", "'question' is empty; name the question.");
            if (v[1] is null) problem ??= row.Refuse("forecaster", "'forecaster' is empty; name who forecast.");
            if (v[2] is null) problem ??= row.Refuse("made_at", "'made_at' is empty; say when the forecast was made.");
            var madeAt = row.Instant("made_at", v[2], ref problem);
            if (problem is null && ImportedForecasters.Check(v[1]!) is { } nobody) problem = row.Refuse("forecaster", nobody.Detail);
            var question = v[0] is { } slug ? questions.Find(slug) : null;
            if (question is null) problem ??= row.Refuse("question", $"There is no question '{RowValues.Shortened(v[0]!)}'; import it first.");
            if (problem is not null)
            {
                refused.Add(problem);
                continue;
            }

            var isPart = v[4] is not null || (question!.Range is not null && v[3] is not null);
            var key = (v[0]!, v[1]!, madeAt!.Value);
            if (isPart && parts.TryGetValue(key, out var group) && !group.Repeats(row))
            {
                group.Rows.Add(row);
                continue;
            }

            group = new ForecastGroup(question!, v[1]!, madeAt.Value);
            group.Rows.Add(row);
            groups.Add(group);
            if (isPart) parts[key] = group;
        }

        return groups;
    }

    /// <summary>The options in the order of the rows, where they could be all that a question has: two or more, with probabilities that sum to 1.</summary>
    public IReadOnlyList<string>? AllOptions()
    {
        RefusedRow? ignored = null;
        if (Rows.Count is < 2 or > QuestionDecisions.MaxOptions || Rows.Any(r => r.Values[4] is not { Length: <= 200 } option || option == OutcomeText.Annulled)) return null;
        var sum = Rows.Sum(r => r.Number("probability", r.Values[3], ref ignored) ?? double.NaN);
        return Math.Abs(sum - 1) <= ForecastDecisions.SumTolerance ? [.. Rows.Select(r => r.Values[4]!)] : null;
    }

    /// <summary>What the rows claim, checked; null where they are refused, and <see cref="Refusals"/> says why.</summary>
    public ClaimedForecast? Claim(Question known, ForecasterKind kind, DateTimeOffset now)
    {
        var row = Rows[0];
        var v = row.Values;
        var withdrawn = row.Flag("withdrawn", v[7], ref _refused);
        var expiresAt = row.Instant("expires_at", v[9], ref _refused);
        var statement = withdrawn ? null : Statement(known);
        if (withdrawn && (v[3] is not null || v[5] is not null)) _refused ??= row.Refuse("withdrawn", "A withdrawal states no probability and no value.");
        if (_refused is not null) return null;
        var claim = new ClaimedForecast(Forecaster, kind, MadeAt, statement, v[6], RowValues.List(v[10]), expiresAt);
        if (ImportedForecasts.Check(known, claim, now) is not { } refusal) return claim;
        _refused = row.Refuse(Column(refusal.Field), refusal.Detail);
        return null;
    }

    private bool Repeats(ImportRow row) => row.Values[4] is { } option
        ? Rows.Any(r => r.Values[4] == option)
        : Rows.Any(r => r.Values[3] == row.Values[3]);

    private Statement? Statement(Question known)
    {
        if (known.Range is not null) return Quantiles(known);
        var row = Rows[0];
        if (known.Type == QuestionType.Binary && Rows.Count == 1 && row.Values[4] is null)
        {
            if (row.Number("probability", row.Values[3], ref _refused) is { } p) return new Statement(Probability: p, Verbal: Verbal(row));
            _refused ??= row.Refuse("probability", "'probability' is empty; state the probability of yes.");
            return null;
        }

        if (known.Options.Count == 0)
        {
            _refused ??= row.Refuse("option", "The question names no options yet: the first forecast on it names all, a row each, with probabilities that sum to 1.");
            return null;
        }

        var probabilities = new double[known.Options.Count];
        Array.Fill(probabilities, double.NaN);
        foreach (var part in Rows)
        {
            var place = Place(known.Options, part.Values[4]);
            if (part.Values[4] is null) _refused ??= part.Refuse("option", $"The question has options: write a row for each of {Some(known.Options)}.");
            else if (place < 0) _refused ??= part.Refuse("option", $"The question has no option '{RowValues.Shortened(part.Values[4]!)}'; it has {Some(known.Options)}.");
            else if (part.Number("probability", part.Values[3], ref _refused) is { } p) probabilities[place] = p;
            else _refused ??= part.Refuse("probability", "'probability' is empty; state the probability of the option.");
        }

        if (_refused is not null) return null;
        if (Array.FindIndex(probabilities, double.IsNaN) is >= 0 and var missing)
        {
            _refused = row.Refuse("option", $"State a probability for each option; '{RowValues.Shortened(known.Options[missing])}' has none.");
            return null;
        }

        if (known.Type != QuestionType.Binary) return new Statement(Probabilities: probabilities);
        if (probabilities.All(p => p is >= 0 and <= 1) && Math.Abs(probabilities[0] + probabilities[1] - 1) <= ForecastDecisions.SumTolerance) return new Statement(Probability: probabilities[0]);
        _refused = row.Refuse("probability", "The probabilities of yes and no lie between 0 and 1, and sum to 1.");
        return null;
    }

    private Statement? Quantiles(Question known)
    {
        var quantiles = new List<Quantile>(Rows.Count);
        foreach (var row in Rows)
        {
            var level = row.Number("probability", row.Values[3], ref _refused);
            if (level is null) _refused ??= row.Refuse("probability", "'probability' is empty; it is the quantile's level.");
            if (row.Values[5] is not { } text) _refused ??= row.Refuse("value", "'value' is empty; it is the quantile's place.");
            else if (known.Type == QuestionType.Date && OutcomeText.ParseDay(text) is { } day) quantiles.Add(new Quantile(level ?? 0, day));
            else if (known.Type == QuestionType.Date) _refused ??= row.Refuse("value", $"'{RowValues.Shortened(text)}' is no date; write {Instants.Expected}.");
            else if (row.Number("value", text, ref _refused) is { } number) quantiles.Add(new Quantile(level ?? 0, number));
        }

        return _refused is null ? new Statement(Quantiles: [.. quantiles.OrderBy(q => q.Level)]) : null;
    }

    private VerbalStatement? Verbal(ImportRow row)
    {
        var (term, scale, version) = (row.Values[11], row.Values[12], row.Values[13]);
        if (term is null) return null;
        var (lower, upper) = (row.Number("term_lower", row.Values[14], ref _refused), row.Number("term_upper", row.Values[15], ref _refused));
        if (lower is { } l && upper is { } u) return new VerbalStatement(term, scale ?? "", version ?? "", l, u);
        if (VerbalScales.Find(scale ?? VerbalScales.Default) is { } known && known.Find(term) is { } found)
        {
            return new VerbalStatement(found.Term, known.Name, known.Version, found.Lower, found.Upper);
        }

        _refused ??= row.Refuse("term", $"There is no term '{RowValues.Shortened(term)}' in that scale; give its term_lower and term_upper.");
        return null;
    }

    private static int Place(IReadOnlyList<string> options, string? option)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i] == option) return i;
        }

        return -1;
    }

    private static string Some(IReadOnlyList<string> options) => options.Count <= 8 ? string.Join(", ", options) : string.Join(", ", options.Take(8)) + ", …";

    private static string? Column(string? field) => field switch
    {
        "madeAt" => "made_at",
        "probabilities" => "probability",
        "quantiles" => "value",
        "expiresAt" => "expires_at",
        _ => field,
    };
}
