using CsCheck;
using Domain.Statistics;

namespace Domain.Tests.Statistics;

/// <summary>The sort of probabilities.</summary>
public sealed class ProbabilitySortTests
{
    /// <summary>Anywhere, in steps with many ties, or so close together that no digit that is looked at tells them apart.</summary>
    private static readonly Gen<double[]> Probabilities = Gen.OneOf(
        Gen.Double[0, 1].Array[0, 3000],
        Gen.Int[0, 40].Select(i => i / 40.0).Array[0, 3000],
        Gen.Double[0, 1].Select(p => p * 1e-9).Array[0, 3000]
    );

    [Fact]
    public void Probabilities_are_sorted_and_equal_ones_keep_their_order()
    {
        var sort = new ProbabilitySort(3000);
        var (order, sorted) = (new int[3000], new double[3000]);
        Probabilities.Sample(
            values =>
            {
                sort.Sort(values, order, sorted);

                var expected = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
                Assert.Equal(expected, order[..values.Length]);
                Assert.Equal(expected.Select(i => values[i]), sorted[..values.Length]);
            },
            iter: 200,
            threads: 1
        );
    }
}
