using System.Globalization;
using Domain.Forecasts;
using Domain.Importing;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Statistics;
using Store.Events;
using Store.Importing;

namespace Worker.Importing;

/// <summary>The rows of one forecast.</summary>
internal sealed class ForecastGroup
{
    private readonly string? _eventId;
    private readonly ForecastShape _shape;
    private RefusedRow? _refused;
    private HashSet<ImportRow>? _adding;

    private ForecastGroup(Question question, string forecaster, DateTimeOffset madeAt, ImportRow row, ForecastShape shape)
    {
        (Question, Forecaster, MadeAt, _shape) = (question, forecaster, madeAt, shape);
        _eventId = row.Values[ForecastColumns.EventId];
        Rows.Add(row);
    }

    /// <summary>What a single row states, if nothing else tells which of several forecasts at one instant it belongs to.</summary>
    private enum ForecastShape
    {
        /// <summary>An option or a quantile: a part of a forecast.</summary>
        Part,

        /// <summary>One probability or term: a whole forecast.</summary>
        Whole,

        Withdrawal,
    }

    public Question Question { get; }

    public string Forecaster { get; }

    public DateTimeOffset MadeAt { get; }

    public List<ImportRow> Rows { get; } = [];

    /// <summary>The rows that repeat an earlier row and add nothing.</summary>
    public int Repeated { get; private set; }

    /// <summary>The refusals of the forecast, one for each of its rows.</summary>
    public IEnumerable<RefusedRow> Refusals =>
        Rows.Select(r =>
            r.Line == _refused!.Line
                ? _refused
                : _refused with
                {
                    Line = r.Line,
                    Reason = $"Line {_refused.Line} of the same forecast is refused: {_refused.Reason}",
                }
        );

    /// <summary>
    /// Groups rows into forecasts, in the order of each forecast's first row. Rows that belong to no forecast are refused. The rows of one instant are
    /// adjacent. An unreadable row refuses its whole forecast, since nobody stated half of it.
    /// </summary>
    public static IReadOnlyList<ForecastGroup> Of(IReadOnlyList<ImportRow> rows, KnownQuestions questions, List<RefusedRow> refused)
    {
        var groups = new List<ForecastGroup>(rows.Count);
        var atOnce = 0;
        foreach (var row in rows)
        {
            var v = row.Values;
            var problem = row.Problem;
            if (v[ForecastColumns.Question] is null)
                problem ??= row.Refuse("question", "'question' is empty; name the question.");
            if (v[ForecastColumns.Forecaster] is null)
                problem ??= row.Refuse("forecaster", "'forecaster' is empty; name who forecast.");
            if (v[ForecastColumns.MadeAt] is null)
                problem ??= row.Refuse("made_at", "'made_at' is empty; say when the forecast was made.");
            var madeAt = row.Instant("made_at", v[ForecastColumns.MadeAt], ref problem);
            var nobody = v[ForecastColumns.Forecaster] is { } name ? ImportedForecasters.Check(name) : null;
            if (nobody is not null)
                problem ??= row.Refuse("forecaster", nobody.Detail);
            var question = v[ForecastColumns.Question] is { } slug ? questions.Find(slug) : null;
            if (question is null && problem is null)
                problem = row.Refuse("question", $"There is no question '{RowValues.Shortened(v[ForecastColumns.Question] ?? "")}'; import it first.");
            var withdrawn = row.Flag("withdrawn", v[ForecastColumns.Withdrawn], ref problem);
            row.CheckRecord(ImportKind.Forecasts, ref problem);
            if (problem is not null && (question is null || madeAt is null || nobody is not null || v[ForecastColumns.Forecaster] is null))
            {
                refused.Add(problem);
                continue;
            }

            var shape =
                withdrawn ? ForecastShape.Withdrawal
                : question!.Type.IsYesOrNo() && v[ForecastColumns.Option] is null ? ForecastShape.Whole
                : ForecastShape.Part;
            if (
                groups.Count > 0
                && groups[^1] is var last
                && (last.MadeAt != madeAt || last.Question.Slug != v[ForecastColumns.Question] || last.Forecaster != v[ForecastColumns.Forecaster])
            )
                atOnce = groups.Count;
            var place = groups.Count > atOnce ? groups.FindIndex(atOnce, g => g.Takes(row, shape)) : -1;
            if (place >= 0)
                groups[place].Rows.Add(row);
            else
                groups.Add(new ForecastGroup(question!, v[ForecastColumns.Forecaster]!, madeAt!.Value, row, shape));
            groups[place >= 0 ? place : ^1]._refused ??= problem;
        }

        return groups;
    }

    /// <summary>The options in the order of the rows, if they can be all options of a question: two or more, with probabilities that sum to 1.</summary>
    public IReadOnlyList<string>? AllOptions()
    {
        RefusedRow? ignored = null;
        var options = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var row in Rows)
        {
            if (row.Values[ForecastColumns.Option] is not { Length: <= 200 } option || OutcomeText.IsReserved(option))
                return null;
            if (
                row.Number("probability", row.Values[ForecastColumns.Probability], ref ignored) is not { } p
                || (!options.TryAdd(option, p) && !Decimals.AreEqual(options[option], p))
            )
                return null;
        }

        if (options.Count is < 2 or > QuestionDecisions.MaxOptions)
            return null;
        return Math.Abs(CompensatedSum.Of([.. options.Values]) - 1) <= ForecastDecisions.SumTolerance ? [.. options.Keys] : null;
    }

    /// <summary>The checked claim of the rows; null if they are refused, and <see cref="Refusals"/> says why.</summary>
    public ClaimedForecast? Claim(Question known, ForecasterKind kind, DateTimeOffset now)
    {
        var row = Rows[0];
        var cells = SharedCells.Of(Rows, out _adding, ref _refused);
        if (cells[ForecastColumns.Kind] is { } said && RowValues.Choice<ForecasterKind>(said) != kind)
            _refused ??= row.Refuse("kind", KindRefusal(said, kind));
        var withdrawn = _shape == ForecastShape.Withdrawal || row.Flag("withdrawn", cells[ForecastColumns.Withdrawn], ref _refused);
        var expiresAt = row.Instant("expires_at", cells[ForecastColumns.ExpiresAt], ref _refused);
        var (seal, revealedAt) = (cells[ForecastColumns.Seal], row.Instant("revealed_at", cells[ForecastColumns.RevealedAt], ref _refused));
        var statement =
            _refused is not null ? null
            : withdrawn ? Withdrawal()
            : seal is not null && revealedAt is null ? Sealed(seal)
            : known.Range is not null ? Quantiles(known, cells)
            : Categorical(known, cells);
        if (revealedAt is not null && !withdrawn)
            statement = Revealed(statement, seal, revealedAt.Value, cells);
        if (_refused is not null)
            return null;
        var claim = new ClaimedForecast(
            new ForecasterName(Forecaster),
            kind,
            MadeAt,
            statement,
            cells[ForecastColumns.Rationale],
            RowValues.List(cells[ForecastColumns.Evidence]),
            expiresAt
        );
        if (ImportedForecasts.Check(known, claim, now) is not { } refusal)
            return claim;
        _refused = row.Refuse(Column(refusal.Field), refusal.Detail);
        return null;
    }

    private bool Takes(ImportRow row, ForecastShape shape)
    {
        if (row.Values[ForecastColumns.EventId] != _eventId)
            return false;
        if (_eventId is not null)
            return true;
        if (shape != _shape)
            return false;
        // Two whole forecasts at one instant are two forecasts if they differ. The later row stands.
        return shape != ForecastShape.Whole || SaysTheSame(Rows[0].Values, row.Values);
    }

    private static bool SaysTheSame(string?[] a, string?[] b)
    {
        var (p, q) = (a[ForecastColumns.Probability], b[ForecastColumns.Probability]);
        if (p is not null || q is not null)
            return p is not null && q is not null && SharedCells.IsSameNumber(p, q);
        return string.Equals(a[ForecastColumns.Term], b[ForecastColumns.Term], StringComparison.OrdinalIgnoreCase)
            && a[ForecastColumns.Scale] == b[ForecastColumns.Scale]
            && a[ForecastColumns.Seal] == b[ForecastColumns.Seal];
    }

    // A row may repeat the statement and add its rationale.
    private void Repeats(ImportRow row)
    {
        if (_adding?.Contains(row) != true)
            Repeated++;
    }

    private static string KindRefusal(string said, ForecasterKind kind) =>
        RowValues.Choice<ForecasterKind>(said) is null
            ? $"'{RowValues.Shortened(said)}' is no kind of forecaster; 'kind' is one of {RowValues.Choices<ForecasterKind>()}."
            : $"'kind' says {RowValues.Shortened(said)}, and the forecaster is known here as a {kind.ToString().ToLowerInvariant()}.";

    private Statement? Withdrawal()
    {
        SayNothing(ForecastColumns.OfStatements, name => $"A withdrawal states nothing: leave '{name}' empty, or part it from the forecast.");
        return null;
    }

    /// <summary>A forecast of which only its seal is known.</summary>
    private Statement Sealed(string seal)
    {
        SayNothing(ForecastColumns.OfWhatIsSealed, name => $"What is sealed is not known: leave '{name}' empty, or say by 'revealed_at' when it was revealed.");
        return new Statement(Seal: seal);
    }

    /// <summary>Refuses what a row has in columns that must be empty, and rows that say more than the first.</summary>
    /// <param name="places">The columns.</param>
    /// <param name="refusal">Why a column must be empty, by its name.</param>
    private void SayNothing(ReadOnlySpan<int> places, Func<string, string> refusal)
    {
        foreach (var row in Rows)
        {
            foreach (var place in places)
            {
                if (row.Values[place] is not null)
                    _refused ??= row.Refuse(ForecastColumns.Name(place), refusal(ForecastColumns.Name(place)));
            }
        }

        foreach (var row in Rows.Skip(1))
            Repeats(row);
    }

    /// <summary>A forecast that was sealed and has been revealed.</summary>
    private Statement? Revealed(Statement? stated, string? seal, DateTimeOffset revealedAt, string?[] cells)
    {
        RefuseTerms(cells, "What is sealed is a number");
        if (seal is null)
            _refused ??= Rows[0].Refuse("revealed_at", "'revealed_at' is when a seal was revealed, and 'seal' is empty.");
        if (revealedAt < MadeAt)
            _refused ??= Rows[0].Refuse("revealed_at", "A seal is revealed after it was made.");
        return stated is null ? null : stated with { Seal = seal, RevealedAt = revealedAt };
    }

    private Statement? Categorical(Question known, string?[] cells)
    {
        foreach (var row in Rows)
        {
            if (row.Values[ForecastColumns.Value] is not null)
                _refused ??= row.Refuse("value", "'value' is a quantile's place, and this question takes probabilities; leave it empty.");
        }

        return known.Type.IsYesOrNo() && Rows.TrueForAll(r => r.Values[ForecastColumns.Option] is null) ? OneProbability(cells) : Options(known, cells);
    }

    private Statement? OneProbability(string?[] cells)
    {
        var row = Rows[0];
        var stated = row.Number("probability", row.Values[ForecastColumns.Probability], ref _refused);
        for (var i = 1; i < Rows.Count; i++)
        {
            if (!SaysTheSame(row.Values, Rows[i].Values))
                _refused ??= Contradiction("probability", row, Rows[i], ForecastColumns.Probability);
            Repeats(Rows[i]);
        }

        var verbal = StatedTerm.Read(row, cells, ref _refused);
        if (_refused is not null)
            return null;
        if (verbal is null)
        {
            if (stated is null)
                _refused = row.Refuse("probability", "'probability' is empty; state the probability of yes, or a 'term'.");
            return new Statement(Probability: stated);
        }

        var midpoint = Decimals.Midpoint(verbal.Lower, verbal.Upper);
        if (stated is { } p && !Decimals.AreEqual(p, midpoint))
        {
            _refused = row.Refuse(
                "probability",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'probability' says {p}, and 'term' says '{verbal.Term}' ({verbal.Scale}), which stands at {midpoint}; "
                        + $"write the one that was said, or both so that they agree."
                )
            );
        }

        return new Statement(Probability: stated ?? midpoint, Verbal: verbal);
    }

    private Statement? Options(Question known, string?[] cells)
    {
        RefuseTerms(cells, "A term states one probability, of yes, in a row without an option");
        if (known.Options.Count == 0)
        {
            _refused ??= Rows[0]
                .Refuse("option", "The question names no options yet: the first forecast on it names all, a row each, with probabilities that sum to 1.");
            return null;
        }

        var probabilities = new double[known.Options.Count];
        var givenBy = new ImportRow?[known.Options.Count];
        foreach (var part in Rows)
        {
            var option = part.Values[ForecastColumns.Option];
            var place = Place(known.Options, option);
            if (option is null)
                _refused ??= part.Refuse("option", $"The question has options: write a row for each of {Some(known.Options)}.");
            else if (place < 0)
                _refused ??= part.Refuse("option", $"The question has no option '{RowValues.Shortened(option)}'; it has {Some(known.Options)}.");
            else if (part.Number("probability", part.Values[ForecastColumns.Probability], ref _refused) is not { } p)
                _refused ??= part.Refuse("probability", "'probability' is empty; state the probability of the option.");
            else if (givenBy[place] is not { } before)
                (probabilities[place], givenBy[place]) = (p, part);
            else if (!Decimals.AreEqual(probabilities[place], p))
                _refused ??= Contradiction($"the probability of '{RowValues.Shortened(option)}'", before, part, ForecastColumns.Probability);
            else
                Repeats(part);
        }

        if (_refused is not null)
            return null;
        if (Array.IndexOf(givenBy, null) is >= 0 and var missing)
        {
            _refused = Rows[0].Refuse("option", $"State a probability for each option; '{RowValues.Shortened(known.Options[missing])}' has none.");
            return null;
        }

        if (!known.Type.IsYesOrNo())
            return new Statement(Probabilities: probabilities);
        if (probabilities.All(p => p is >= 0 and <= 1) && Math.Abs(probabilities[0] + probabilities[1] - 1) <= ForecastDecisions.SumTolerance)
            return new Statement(Probability: probabilities[0]);
        _refused = Rows[0].Refuse("probability", "The probabilities of yes and no lie between 0 and 1, and sum to 1.");
        return null;
    }

    private Statement? Quantiles(Question known, string?[] cells)
    {
        RefuseTerms(cells, "A term states one probability, and this question takes quantiles");
        var points = new List<(Quantile Point, ImportRow Row)>(Rows.Count);
        foreach (var row in Rows)
        {
            if (row.Values[ForecastColumns.Option] is not null)
                _refused ??= row.Refuse(
                    "option",
                    $"A {known.Type.ToString().ToLowerInvariant()} question has no options; leave it empty and write a quantile's level in "
                        + "'probability', its place in 'value'."
                );
            var level = row.Number("probability", row.Values[ForecastColumns.Probability], ref _refused);
            if (level is null)
                _refused ??= row.Refuse("probability", "'probability' is empty; it is the quantile's level.");
            var point = Quantile.Stated(level ?? 0, 0);
            if (point.Level is not (>= 0 and <= 1))
                _refused ??= row.Refuse(
                    "probability",
                    $"A quantile's level lies from 0 to 1, and {RowValues.Shortened(row.Values[ForecastColumns.Probability]!)} does not."
                );
            if (PlaceOf(known, row) is { } place && level is not null)
                points.Add((point with { Value = place }, row));
        }

        if (_refused is not null)
            return null;
        points.Sort(
            static (a, b) =>
                Decimals.Rounded(a.Point.Level).CompareTo(Decimals.Rounded(b.Point.Level)) is var byLevel and not 0 ? byLevel
                : a.Point.Value.CompareTo(b.Point.Value) is var byValue and not 0 ? byValue
                : a.Row.Line.CompareTo(b.Row.Line)
        );
        var quantiles = new List<Quantile>(points.Count);
        for (var i = 0; i < points.Count; i++)
        {
            if (i > 0 && Decimals.Compare(points[i].Point.Value, points[i - 1].Point.Value) is var move and <= 0)
            {
                if (move < 0)
                    _refused ??= Falls(points[i].Row, points[i - 1].Row);
                if (move == 0 && Decimals.AreEqual(points[i].Point.Level, points[i - 1].Point.Level))
                {
                    Repeats(points[i].Row);
                    continue;
                }
            }

            quantiles.Add(points[i].Point);
        }

        if (quantiles.Count > ForecastDecisions.MaxQuantiles)
            _refused ??= Rows[0].Refuse(null, $"The rows state {quantiles.Count} quantiles; a forecast has at most {ForecastDecisions.MaxQuantiles}.");
        return _refused is null ? new Statement(Quantiles: quantiles) : null;
    }

    private double? PlaceOf(Question known, ImportRow row)
    {
        if (row.Values[ForecastColumns.Value] is not { } text)
        {
            _refused ??= row.Refuse("value", "'value' is empty; it is the quantile's place.");
            return null;
        }

        if (!known.Type.CountsDays())
            return row.Number("value", text, ref _refused);
        if (OutcomeText.ParseDay(text) is { } day)
            return day;
        _refused ??= row.Refuse("value", $"'{RowValues.Shortened(text)}' is no date; write {Domain.Instants.Expected}.");
        return null;
    }

    private void RefuseTerms(string?[] cells, string because)
    {
        foreach (var place in ForecastColumns.OfTerms)
        {
            if (cells[place] is not null)
                _refused ??= Rows[0].Refuse(ForecastColumns.Name(place), $"{because}; leave '{ForecastColumns.Name(place)}' empty.");
        }
    }

    private static RefusedRow Falls(ImportRow row, ImportRow before)
    {
        static string Point(ImportRow r) =>
            $"{RowValues.Shortened(r.Values[ForecastColumns.Probability]!)} at {RowValues.Shortened(r.Values[ForecastColumns.Value]!)} (line {r.Line})";
        return row.Refuse(
            "value",
            $"Values never fall, and {Point(row)} lies below {Point(before)}; if these are two forecasts of one instant, part them by 'event_id'."
        );
    }

    private static RefusedRow Contradiction(string what, ImportRow a, ImportRow b, int place) =>
        b.Refuse(
            ForecastColumns.Name(place),
            $"{char.ToUpperInvariant(what[0])}{what[1..]} is '{RowValues.Shortened(a.Values[place] ?? "")}' on line {a.Line} and "
                + $"'{RowValues.Shortened(b.Values[place] ?? "")}' on line {b.Line} of one forecast; if these are two of one instant, part them by "
                + "'event_id'."
        );

    private static int Place(IReadOnlyList<string> options, string? option)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i] == option)
                return i;
        }

        return -1;
    }

    private static string Some(IReadOnlyList<string> options) => options.Count <= 8 ? string.Join(", ", options) : string.Join(", ", options.Take(8)) + ", …";

    private static string? Column(string? field) =>
        field switch
        {
            "madeAt" => "made_at",
            "probabilities" => "probability",
            "quantiles" => "value",
            "expiresAt" => "expires_at",
            "revealedAt" => "revealed_at",
            _ => field,
        };
}
