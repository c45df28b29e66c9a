using CsCheck;
using Domain.Comparison;
using Domain.Leaderboards;
using Domain.People;
using Domain.Questions;

namespace Domain.Tests.Leaderboards;

/// <summary>A board has the bits of its definition, whatever is shared between its forecasters.</summary>
public sealed class BoardBitsTests
{
    [Fact]
    public void Every_number_and_every_tie_of_a_board_is_that_of_its_definition() =>
        Boards.Sample(
            board =>
            {
                var (scores, kind, options) = board;
                var plain = PlainBoard.Rank(scores, kind, options);
                var rows = Leaderboard.Rank(scores, kind, options);

                Assert.Equal(plain.Select(r => Bits(r)), rows.Select(r => Bits(r, rows)));
            },
            iter: 300
        );

    [Fact]
    public void More_forecasters_than_are_resampled_side_by_side_have_the_bits_that_each_has_alone()
    {
        var random = new Random(18);
        var scores = (
            from who in Enumerable.Range(0, 41)
            from question in Enumerable.Range(0, 2_100 + (who % 3))
            select new BoardScore(new ForecasterName($"f{who:00}"), new QuestionSlug($"q{question:0000}"), random.NextDouble() - 0.5, 1)
        ).ToList();
        var options = new LeaderboardOptions { Draws = 130, ComparedPlaces = 2 };

        var rows = Leaderboard.Rank(scores, BoardKind.Points, options);

        Assert.Equal(PlainBoard.Rank(scores, BoardKind.Points, options).Select(r => Bits(r)), rows.Select(r => Bits(r, rows)));
    }

    [Fact]
    public void Every_skill_of_a_board_is_that_of_its_definition() =>
        Boards.Sample(
            board =>
            {
                var skills = BoardSkills.Of(BoardTable.Of(board.Scores));

                Assert.Equal(
                    PlainBoard.Skills(board.Scores).Select(s => Bits(s.Forecaster, s.Skill)),
                    skills.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => Bits(s.Key, s.Value.Value))
                );
            },
            iter: 60
        );

    // Few values, so that scores, differences and places are often equal; some of them minus zero.
    private static readonly Gen<double> Values = Gen.OneOf(
        Gen.OneOf(Gen.Const(0.0), Gen.Const(-0.0), Gen.Const(0.25), Gen.Const(-0.25), Gen.Const(1.0)),
        Gen.Double[-2, 2]
    );

    private static readonly Gen<(List<BoardScore> Scores, BoardKind Kind, LeaderboardOptions Options)> Boards =
        from questions in Gen.Int[1, 45]
        from forecasters in Gen.Int[1, 24]
        from groups in Gen.Int[0, 12].Array[questions]
        from absent in Gen.Int[0, 3]
        from cells in Gen.Select(Gen.Int[0, 3], Values, Gen.OneOf(Gen.Const(1.0), Gen.Double[0, 1]), Values, Gen.Int[0, 3]).Array[questions * forecasters]
        from kind in Gen.Enum<BoardKind>()
        from least in Gen.Int[1, 4]
        from places in Gen.OneOf(Gen.Const(0), Gen.Const(1), Gen.Const(4), Gen.Const(500))
        from seed in Gen.ULong
        select (
            cells
                .Index()
                .Where(c => c.Item.Item1 >= absent)
                .Select(c => new BoardScore(
                    new ForecasterName($"f{c.Index / questions}"),
                    new QuestionSlug($"q{c.Index % questions}"),
                    c.Item.Item2,
                    c.Item.Item3,
                    kind.OverStandingTime() && c.Item.Item5 > 0 ? c.Item.Item4 : null,
                    groups[c.Index % questions] > 5 ? $"g{groups[c.Index % questions]}" : null,
                    kind.OverStandingTime() && c.Item.Item5 > 2 ? c.Item.Item4 / 2 : null
                ))
                .ToList(),
            kind,
            new LeaderboardOptions
            {
                Draws = 30,
                MinimumQuestions = least,
                ComparedPlaces = places,
                Seed = seed,
            }
        );

    private static string Bits(PlainBoard.Row r) =>
        $"{r.Rank} {r.Forecaster} {r.Questions} {Hex(r.Coverage)} {Hex(r.Mean)} {Hex(r.Interval?.Lower)} {Hex(r.Interval?.Upper)} {Hex(r.Shrunk)} "
        + string.Join(",", r.TiedWith);

    private static string Bits(LeaderboardRow r, IReadOnlyList<LeaderboardRow> all) =>
        $"{r.Rank} {r.Forecaster} {r.Questions} {Hex(r.Coverage)} {Hex(r.Mean)} {Hex(r.Interval?.Lower)} {Hex(r.Interval?.Upper)} {Hex(r.Shrunk)} "
        + string.Join(",", r.Ties.SelectMany(t => all.Skip(t.From - 1).Take(t.Count)).Select(t => t.Forecaster));

    private static string Bits(string forecaster, SkillScore? skill) =>
        $"{forecaster} {skill?.Questions} {Hex(skill?.Skill)} {Hex(skill?.Interval?.Lower)} {Hex(skill?.Interval?.Upper)}";

    private static string Hex(double? value) => value is { } v ? $"{BitConverter.DoubleToInt64Bits(v):x}" : "none";
}
