using System.Text.Json;

namespace Api.Tests.Exporting;

/// <summary>History as a seed makes it: questions of every type, forecasts and outcomes on them, with all the texts that files have trouble with.</summary>
internal sealed class GeneratedHistory(int seed)
{
    private static readonly string[] Texts =
    [
        "plain",
        "a|b",
        "back\\slash",
        "pipe\\|both",
        "\"quoted\"",
        "it's",
        "a, b; c",
        " leading",
        "trailing ",
        "\ttab",
        "two\nlines",
        "two\r\nlines",
        "only\rreturn",
        "\nfirst",
        "last\n",
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'apostrophe",
        "Ёлка й",
        "Ελλάς",
        "e\u0301 é",
        "日本語",
        "한국어",
        "عربي",
        "\u202Ertl",
        "😀👨‍👩‍👧",
        "\uFEFFmark",
        "\u0085next",
        "\u2028line",
        "null",
        "true",
        "1e3",
        "[]",
        "{}",
        "\\",
        "|",
        "||",
        "\\\\|",
        "#comment",
        "\u0001control",
    ];

    private readonly Random _random = new(seed);

    public string Questions { get; private set; } = "";

    public string Forecasts { get; private set; } = "";

    public string Outcomes { get; private set; } = "";

    public static GeneratedHistory Of(int seed)
    {
        var history = new GeneratedHistory(seed);
        var (questions, forecasts, outcomes) = (new List<object>(), new List<(DateTimeOffset At, object Row)>(), new List<object>());
        for (var i = 0; i < 8; i++)
            history.Add(i, questions, forecasts, outcomes);
        (history.Questions, history.Forecasts, history.Outcomes) = (Lines(questions), Lines(forecasts.Select(f => f.Row)), Lines(outcomes));
        return history;
    }

    private static string Lines(IEnumerable<object> rows) => string.Concat(rows.Select(r => JsonSerializer.Serialize(r) + "\n"));

    private void Add(int number, List<object> questions, List<(DateTimeOffset, object)> forecasts, List<object> outcomes)
    {
        var slug = $"g-{seed}-{number}";
        var opens = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(_random.Next(300)).AddMicroseconds(_random.Next(1_000_000));
        var closes = opens.AddDays(2 + _random.Next(60));
        var type = new[] { "binary", "multipleChoice", "ordered", "numeric", "date" }[number % 5];
        string[] options = type is "multipleChoice" or "ordered" ? [.. Enumerable.Range(0, 2 + _random.Next(4)).Select(o => $"{o}{Text()}")] : [];
        // The first question is a condition for some of the others, which come out of it void or not.
        var conditional = number > 0 && _random.Next(3) == 0;
        questions.Add(
            new
            {
                question = slug,
                title = Text(),
                type,
                opens_at = At(opens),
                closes_at = At(closes),
                resolves_by = At(closes.AddDays(_random.Next(3))),
                options = options.Length == 0 ? null : options,
                range_min = type == "numeric" ? "-100.5"
                : type == "date" ? "2020-01-01"
                : null,
                range_max = type == "numeric" ? "1e3"
                : type == "date" ? "2029-12-31T12:30:00.000001Z"
                : null,
                range_open = type is "numeric" or "date" ? Maybe(new[] { "lower", "upper", "lower|upper" }[_random.Next(3)]) : null,
                spot_at = Maybe(At(opens.AddDays(1))),
                tags = _random.Next(2) == 0 ? null : new[] { Text(), Text() + "2" },
                group = Maybe(Text()),
                criteria = Maybe(Text()),
                background = Maybe(Text()),
                unit = Maybe(Text()),
                source_document = number % 2 == 0 ? Text() : null,
                source_locator = number % 2 == 0 ? Maybe(Text()) : null,
                condition_question = conditional ? $"g-{seed}-0" : null,
                condition_outcome = conditional ? (_random.Next(2) == 0 ? "yes" : "no") : null,
                status_quo = type == "binary" ? Maybe("no") : null,
                status = _random.Next(8) == 0 ? "closed" : null,
                clarifications = _random.Next(3) == 0 ? new[] { new { text = Text(), at = At(opens.AddHours(2)) } } : null,
                evidence = _random.Next(3) == 0
                    ? new[]
                    {
                        new
                        {
                            occurredAt = At(opens.AddHours(-3)),
                            title = Text(),
                            source = Text(),
                            url = Maybe("https://example.org/?a=1|2"),
                        },
                    }
                    : null,
            }
        );

        for (var f = 0; f < 3; f++)
        {
            var at = opens;
            for (var step = 0; step < 4; step++)
            {
                // Now and then two forecasts at the same microsecond.
                if (step == 0 || _random.Next(3) > 0)
                    at = at.AddMinutes(1 + _random.Next(200)).AddMicroseconds(_random.Next(1_000));
                Add(slug, $"f{f}", type, options, at, $"{slug}-{f}-{step}", step, forecasts);
            }
        }

        var known = closes;
        var (entries, annulled) = (_random.Next(4), false);
        for (var i = 0; i < entries; i++)
        {
            known = known.AddHours(1 + _random.Next(40));
            var outcome = _random.Next(6) switch
            {
                0 when i > 0 => "unresolved",
                1 when !annulled => "annulled",
                _ => type switch
                {
                    "binary" => _random.Next(2) == 0 ? "yes" : "no",
                    "numeric" => new[] { "-7", "0.25", "1000" }[_random.Next(3)],
                    "date" => new[] { "2021-05-06", "2021-05-06T07:08:09.123456Z" }[_random.Next(2)],
                    _ => options[_random.Next(options.Length)],
                },
            };
            annulled = outcome == "annulled";
            outcomes.Add(
                new
                {
                    question = slug,
                    outcome,
                    known_at = At(known),
                    reason = Text(),
                    evidence = new[] { Text(), Text() },
                    proposed_by = Maybe("a claimant"),
                    confirmed_by = Maybe("another"),
                }
            );
        }
    }

    private void Add(
        string slug,
        string forecaster,
        string type,
        string[] options,
        DateTimeOffset at,
        string id,
        int step,
        List<(DateTimeOffset, object)> forecasts
    )
    {
        var (rationale, evidence, expires) = (
            Maybe(Text()),
            _random.Next(3) == 0 ? new[] { Text(), Text() } : null,
            _random.Next(4) == 0 ? At(at.AddDays(1)) : null
        );
        void Row(object? probability, string? option = null, object? value = null, bool? withdrawn = null, string? term = null) =>
            forecasts.Add(
                (
                    at,
                    new
                    {
                        question = slug,
                        forecaster,
                        made_at = At(at),
                        probability,
                        option,
                        value,
                        withdrawn,
                        rationale = withdrawn is null ? rationale : null,
                        evidence = withdrawn is null ? evidence : null,
                        expires_at = withdrawn is null ? expires : null,
                        term,
                        scale = term is null ? null : "icd203",
                        event_id = id,
                    }
                )
            );
        if (step > 0 && _random.Next(8) == 0)
        {
            Row(null, withdrawn: true);
            return;
        }

        switch (type)
        {
            case "binary":
                // A step says something else than the one before it, also where both have one time.
                Row(_random.Next(100) / 200.0 + (step * 0.1));
                break;
            case "numeric" or "date":
                var points = _random.Next(6) == 0 ? 1_000 : 1 + _random.Next(5);
                for (var i = 0; i < points; i++)
                {
                    var place = -99.0 + (step * 0.125) + (i * 0.5) + (_random.NextDouble() / 8);
                    Row(
                        (i + 1) / (double)(points + 1),
                        value: type == "numeric"
                            ? place
                            : At(new DateTimeOffset(2020, 2, 1, 0, 0, 0, TimeSpan.Zero).AddHours(i).AddMinutes(step).AddMicroseconds(_random.Next(1_000_000)))
                    );
                }

                break;
            default:
                var weights = options.Select(_ => 1 + _random.Next(9)).ToArray();
                for (var i = 0; i < options.Length; i++)
                    Row(weights[i] / (double)weights.Sum(), options[i]);
                break;
        }
    }

    private string Text() => Texts[_random.Next(Texts.Length)];

    private string? Maybe(string? text) => _random.Next(2) == 0 ? text : null;

    private static string At(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
