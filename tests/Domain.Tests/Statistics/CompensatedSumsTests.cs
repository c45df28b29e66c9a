using CsCheck;
using Domain.Statistics;

namespace Domain.Tests.Statistics;

/// <summary>Several compensated sums side by side.</summary>
public sealed class CompensatedSumsTests
{
    [Fact]
    public void Sums_side_by_side_are_to_the_bit_what_each_is_alone() =>
        (
            from count in Gen.Int[1, 21]
            from added in Gen.Select(Gen.Double[-2, 2], Gen.OneOf(Gen.Double[-1, 1], Gen.Double[-1e9, 1e9]).Array[count]).Array[1, 40]
            select (count, added)
        ).Sample(x =>
        {
            var sums = new CompensatedSums(x.count);
            var alone = new CompensatedSum[x.count];
            foreach (var (factor, terms) in x.added)
            {
                sums.Add(factor, terms);
                for (var i = 0; i < x.count; i++)
                    alone[i].Add(factor * terms[i]);
            }

            var got = new double[x.count];
            sums.Divide(3, got);
            Assert.Equal(alone.Select(s => s.Value / 3), got);
        });

    [Fact]
    public void Cleared_sums_begin_at_0()
    {
        var sums = new CompensatedSums(5);
        sums.Add(1, [1, 2, 3, 4, 5]);
        sums.Clear();
        sums.Add(2, [1, 1, 1, 1, 1]);

        var got = new double[5];
        sums.Divide(1, got);
        Assert.Equal([2, 2, 2, 2, 2], got);
    }
}
