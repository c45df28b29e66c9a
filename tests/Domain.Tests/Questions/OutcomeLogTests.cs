using CsCheck;
using Domain.Importing;
using Domain.Questions;
using Domain.Resolutions;

namespace Domain.Tests.Questions;

/// <summary>What was read of an outcome log is recognised by where it stands in the log, whatever files it came in.</summary>
public sealed class OutcomeLogTests
{
    private static readonly DateTimeOffset Opened = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Opened.AddDays(100);

    private static readonly Question Closed = new()
    {
        Id = "question/log",
        Slug = "log",
        Title = "L",
        Type = QuestionType.Binary,
        Options = ["yes", "no"],
        Imported = true,
        Status = QuestionStatus.Closed,
        OpensAt = Opened,
        ClosesAt = Opened.AddDays(9),
        ClosedAt = Opened.AddDays(9),
        ResolvesBy = Opened.AddDays(9),
    };

    // Few outcomes and few instants, so that rows repeat one another in every way.
    private static readonly Gen<LoggedOutcome[]> Logs = Gen.Select(
        Gen.Int[0, 3].Select(i => new[] { "yes", "no", "annulled", "unresolved" }[i]),
        Gen.Int[0, 2],
        (outcome, day) => new LoggedOutcome(outcome, Opened.AddDays(20 + day))
    ).Array[0, 9];

    /// <summary>A question, and the rows that were read of its log, as the store keeps them.</summary>
    private sealed class Importing
    {
        public List<LoggedOutcome> Rows { get; } = [];

        public List<object> Events { get; } = [];

        public Question Question { get; private set; } = Closed;

        public int Import(IEnumerable<LoggedOutcome> file, int batch = int.MaxValue)
        {
            var (events, at) = (Events.Count, 0);
            foreach (var rows in file.Chunk(batch))
            {
                var log = new OutcomeLog(Rows, at);
                foreach (var row in rows)
                {
                    if (log.Repeats(row))
                        continue;
                    var decision = ImportedOutcomes.Log(Question, new ClaimedOutcome(row.Outcome, row.KnownAt, "r", []), "ivo", Now);
                    Assert.False(decision.IsRefused);
                    Events.AddRange(decision.Events);
                    Question = decision.Events.Aggregate(Question, (q, e) => q.After(e));
                    Rows.Add(row);
                    log.Add(row);
                }

                at = log.At;
            }

            return Events.Count - events;
        }
    }

    private static (string? Outcome, DateTimeOffset? KnownAt) Standing(Importing import) =>
        (import.Question.Resolution?.Outcome, import.Question.Resolution?.KnownAt);

    [Fact]
    public void Files_that_each_hold_the_log_so_far_record_what_the_whole_log_in_one_file_does() =>
        Gen.Select(Logs, Gen.Int[0, 9].Array[0, 6], Gen.Int[1, 4])
            .Sample(
                (log, ends, batch) =>
                {
                    var (whole, chopped) = (new Importing(), new Importing());
                    whole.Import(log);
                    foreach (var end in ends)
                        chopped.Import(log.Take(end), batch);
                    chopped.Import(log, batch);

                    // A file that is shorter than the one before says nothing new.
                    Assert.Equal(whole.Rows, chopped.Rows);
                    Assert.Equal(Standing(whole), Standing(chopped));
                    Assert.Equal(whole.Events.Count, chopped.Events.Count);
                    Assert.Equal(0, chopped.Import(log));
                    Assert.Equal(whole.Rows, chopped.Rows);
                }
            );

    [Fact]
    public void Files_that_each_hold_what_is_new_record_what_the_whole_log_in_one_file_does() =>
        Gen.Select(Logs, Gen.Int[0, 9].Array[0, 4])
            .Sample(
                (log, cuts) =>
                {
                    // Rows that are alike in everything cannot be told apart once each comes in a file of its own.
                    log = [.. log.Distinct()];
                    var (whole, chopped) = (new Importing(), new Importing());
                    whole.Import(log);
                    var from = 0;
                    foreach (var cut in cuts.Append(9).Order())
                    {
                        chopped.Import(log.Skip(from).Take(cut - from));
                        from = Math.Max(from, cut);
                    }

                    Assert.Equal(whole.Rows, chopped.Rows);
                    Assert.Equal(Standing(whole), Standing(chopped));
                    Assert.Equal(0, chopped.Import(log));
                    Assert.Equal(Standing(whole), Standing(chopped));
                }
            );

    [Fact]
    public void The_last_row_stands_that_was_not_taken_back() =>
        Logs.Where(l => l.Length > 0)
            .Sample(log =>
            {
                var import = new Importing();
                import.Import(log);
                Assert.Equal(log[^1].Outcome == "unresolved" ? (null, (DateTimeOffset?)null) : (log[^1].Outcome, log[^1].KnownAt), Standing(import));
            });

    [Fact]
    public void Every_change_of_the_log_is_an_event_of_its_own_in_the_log_s_order()
    {
        var import = new Importing();
        var at = Opened.AddDays(20);
        import.Import([
            new("unresolved", at),
            new("yes", at),
            new("yes", at),
            new("no", at),
            new("unresolved", at),
            new("yes", at),
            new("annulled", at),
            new("annulled", at.AddDays(1)),
        ]);

        Assert.Equal(
            [
                typeof(QuestionResolved),
                typeof(ResolutionCorrected),
                typeof(ResolutionTakenBack),
                typeof(QuestionResolved),
                typeof(QuestionAnnulled),
                typeof(QuestionAnnulled),
            ],
            import.Events.Select(e => e.GetType())
        );
    }
}
