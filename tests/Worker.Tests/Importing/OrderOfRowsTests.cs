using System.Globalization;
using Store.Importing;
using Worker.Importing;

namespace Worker.Tests.Importing;

/// <summary>The order in which the rows of a file are taken.</summary>
public sealed class OrderOfRowsTests
{
    private static readonly int Columns = ImportColumns.Readable(ImportKind.Forecasts).Count;

    private static ImportRow Forecast(long line, string question, string forecaster, DateTimeOffset madeAt, string probability = "0.5")
    {
        var values = new string?[Columns];
        (values[0], values[1], values[2], values[3]) = (
            question,
            forecaster,
            madeAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            probability
        );
        return new ImportRow(line, values);
    }

    private static List<ImportRow> Shuffled(int seed, int count)
    {
        var random = new Random(seed);
        var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    random.Next(50) == 0
                        ? new ImportRow(i + 2, new string?[Columns], new RefusedRow(i + 2, "made_at", "Wrong."))
                        : Forecast(i + 2, $"q{random.Next(4)}", $"f{random.Next(5)}", start.AddHours(random.Next(40)), $"0.{i}")
                ),
        ];
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(2, 100)]
    [InlineData(3, 7)]
    public void Rows_are_sorted_by_time_whether_or_not_they_fit_into_memory(int seed, int rowsInMemory)
    {
        var rows = Shuffled(seed, 2_000);
        var sorted = SortedRows.Of(rows, r => OrderOfTime.MadeAt(r)?.UtcTicks ?? -1, rowsInMemory: rowsInMemory).ToList();

        var expected = rows.OrderBy(r => OrderOfTime.MadeAt(r)?.UtcTicks ?? -1).ThenBy(r => r.Line).ToList();
        Assert.Equal(expected.Select(r => r.Line), sorted.Select(r => r.Line));
        Assert.All(
            expected.Zip(sorted),
            pair =>
            {
                Assert.Equal(pair.First.Values, pair.Second.Values);
                Assert.Equal(pair.First.Problem, pair.Second.Problem);
            }
        );
    }

    [Fact]
    public void Whatever_their_order_each_stream_comes_in_the_order_of_time_and_what_is_of_one_instant_comes_together()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var rows = Shuffled(seed, 500);
            var taken = OrderOfTime.Of(_ => rows).ToList();

            Assert.Equal(rows.Select(r => r.Line).Order(), taken.Select(r => r.Line).Order());
            Assert.Equal(taken.Select(r => r.Line), OrderOfTime.Of(_ => rows).Select(r => r.Line));
            foreach (var stream in taken.Where(r => r.Problem is null).Select((r, i) => (Row: r, Place: i)).GroupBy(r => (r.Row.Values[0], r.Row.Values[1])))
            {
                foreach (var ((before, place), (row, next)) in stream.Zip(stream.Skip(1)))
                {
                    var (was, now) = (OrderOfTime.MadeAt(before)!.Value, OrderOfTime.MadeAt(row)!.Value);
                    Assert.True(
                        was < now || (was == now && before.Line < row.Line && next == place + 1),
                        $"Seed {seed}: line {before.Line} before line {row.Line}."
                    );
                }
            }
        }
    }

    [Fact]
    public void A_file_that_stands_in_order_is_taken_as_it_stands()
    {
        var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        // By question, and within one by time: not by time as a whole.
        List<ImportRow> rows =
        [
            Forecast(2, "b", "f", start.AddDays(3)),
            Forecast(3, "b", "f", start.AddDays(4)),
            Forecast(4, "a", "f", start),
            Forecast(5, "a", "f", start),
            Forecast(6, "a", "g", start),
        ];
        Assert.Equal([2L, 3, 4, 5, 6], OrderOfTime.Of(_ => rows).Select(r => r.Line));
    }

    [Fact]
    public void Questions_come_after_what_they_depend_on()
    {
        var columns = ImportColumns.Readable(ImportKind.Questions).Count;
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var slugs = Enumerable.Range(0, 60).OrderBy(_ => random.Next()).ToArray();
            // Each depends on one of a lower number, if on any, so that there is no circle.
            List<ImportRow> rows =
            [
                .. slugs.Select(
                    (n, i) =>
                    {
                        var values = new string?[columns];
                        values[QuestionColumns.Question] = $"q{n}";
                        if (n > 0 && random.Next(3) > 0)
                            values[QuestionColumns.ConditionQuestion] = $"q{random.Next(n)}";
                        return new ImportRow(i + 2, values);
                    }
                ),
            ];
            var taken = OrderOfConditions.Of(_ => rows).ToList();

            Assert.Equal(rows.Select(r => r.Line).Order(), taken.Select(r => r.Line).Order());
            var seen = new HashSet<string>(StringComparer.Ordinal);
            Assert.All(
                taken,
                row =>
                {
                    Assert.Null(row.Problem);
                    if (row.Values[QuestionColumns.ConditionQuestion] is { } on)
                        Assert.Contains(on, seen);
                    seen.Add(row.Values[QuestionColumns.Question]!);
                }
            );
        }
    }
}
