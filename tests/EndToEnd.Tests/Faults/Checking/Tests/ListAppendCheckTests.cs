using EndToEnd.Tests.Faults.Checking.ListAppend;

namespace EndToEnd.Tests.Faults.Checking.Tests;

/// <summary>
/// Anomalies in histories of a few transactions. A transaction is written as its steps, <c>ax1</c> for an append of 1 to x and <c>rx12</c> for a read of x as
/// 1, 2; each comes after the one before it, and was answered before it was asked for where the order of time counts.
/// </summary>
public sealed class ListAppendCheckTests
{
    [Theory]
    [InlineData("ax1", "ax2", "rx12")]
    [InlineData("ax1 ay1", "rx1 ry1 ax2", "rx12 ry1")]
    [InlineData("rx", "ax1 rx1", "rx1")]
    [InlineData("ax1", "?ax2", "rx1", "rx12")]
    [InlineData("ax1", "?ax2", "rx1")]
    [InlineData("ax1", "!ax2", "rx1")]
    public void A_serial_history_has_no_anomaly(params string[] history) => Assert.Empty(Check(strict: true, history));

    [Theory]
    [InlineData(nameof(AnomalyKind.Unwritten), "ax1", "rx12")]
    [InlineData(nameof(AnomalyKind.AbortedRead), "!ax1", "rx1")]
    [InlineData(nameof(AnomalyKind.IntermediateRead), "ax1 ax2", "rx1", "rx12")]
    [InlineData(nameof(AnomalyKind.Duplicate), "ax1", "rx11")]
    [InlineData(nameof(AnomalyKind.IncompatibleOrder), "ax1", "ax2", "rx12", "rx2")]
    [InlineData(nameof(AnomalyKind.Internal), "ax1", "rx1 ax2 rx1")]
    [InlineData(nameof(AnomalyKind.Internal), "ax1 rx")]
    [InlineData(nameof(AnomalyKind.G0), "ax1 ay1", "ax2 ay2", "rx12 ry21")]
    [InlineData(nameof(AnomalyKind.G1c), "ax1 ry2", "ay2 rx1")]
    [InlineData(nameof(AnomalyKind.GSingle), "ax1 ay1", "rx1 ry")]
    [InlineData(nameof(AnomalyKind.GSingle), "rx ax1", "rx ax2", "rx12")]
    [InlineData(nameof(AnomalyKind.G2), "rx ay1", "ry ax1")]
    public void An_anomaly_is_found_in_any_order_of_time(string kind, params string[] history) =>
        Assert.Contains(Check(strict: false, history), a => a.Kind.ToString() == kind && !a.ByTime);

    [Theory]
    [InlineData(nameof(AnomalyKind.Lost), "ax1", "rx")]
    [InlineData(nameof(AnomalyKind.G0), "ax1", "ax2", "rx21")]
    [InlineData(nameof(AnomalyKind.G1c), "rx1", "ax1")]
    [InlineData(nameof(AnomalyKind.GSingle), "ax1", "rx", "rx1")]
    public void What_only_time_forbids_is_found_where_time_counts(string kind, params string[] history)
    {
        Assert.Contains(Check(strict: true, history), a => a.Kind.ToString() == kind);
        Assert.Empty(Check(strict: false, history));
    }

    [Fact]
    public void A_value_that_is_appended_twice_cannot_be_judged() => Assert.Throws<ArgumentException>(() => Check(strict: false, "ax1", "ax1"));

    [Fact]
    public void A_hundred_thousand_transactions_are_judged_in_one_pass()
    {
        var transactions = Enumerable
            .Range(0, 100_000)
            .Select(i => new Transaction(i, i % 8, 2L * i, (2L * i) + 1, Ending.Done, [new Step.Append($"list {i % 1_000}", $"{i}")]))
            .ToList();
        var next = transactions.Count;
        foreach (var list in transactions.GroupBy(t => t.Steps[0].Key).ToList())
        {
            var values = list.Select(t => ((Step.Append)t.Steps[0]).Value).ToList();
            transactions.Add(new Transaction(next, 9, 2L * next, (2L * next) + 1, Ending.Done, [new Step.Read(list.Key, values)]));
            next++;
        }

        Assert.Empty(ListAppendCheck.Check(transactions, strict: true));
        // The last two of one list the other way round.
        var last = transactions[^1];
        var read = (Step.Read)last.Steps[0];
        transactions[^1] = last with { Steps = [read with { Values = [.. read.Values.SkipLast(2), read.Values[^1], read.Values[^2]] }] };
        Assert.Contains(ListAppendCheck.Check(transactions, strict: true), a => a is { Kind: AnomalyKind.G0, ByTime: true });
    }

    private static IReadOnlyList<Anomaly> Check(bool strict, params string[] history) => ListAppendCheck.Check([.. history.Index().Select(Parse)], strict);

    private static Transaction Parse((int Index, string Text) transaction)
    {
        var (index, text) = transaction;
        var ending = text[0] switch
        {
            '?' => Ending.Unknown,
            '!' => Ending.NotDone,
            _ => Ending.Done,
        };
        var steps = text.TrimStart('?', '!')
            .Split(' ')
            .Select(Step (s) => s[0] == 'a' ? new Step.Append(s[1..2], s[2..]) : new Step.Read(s[1..2], [.. s[2..].Select(c => c.ToString())]));
        return new Transaction(index, index, 2 * index, ending == Ending.Done ? (2 * index) + 1 : Transaction.Never, ending, [.. steps]);
    }
}
