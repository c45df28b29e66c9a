using System.Globalization;
using CsCheck;
using Domain.Statistics;

namespace Domain.Tests.Statistics;

/// <summary>Numbers compared as the decimals that were written.</summary>
public sealed class DecimalsTests
{
    [Theory]
    [InlineData(0.75, 0.7500000000000001)]
    [InlineData(0.1, 0.09999999999999998)]
    [InlineData(0.3, 0.1 + 0.2)]
    [InlineData(-3.9, -4.0 + 0.1)]
    [InlineData(0.57, -1 + (157 * 0.01))]
    [InlineData(1e-20, 1.0000000000000001e-20)]
    [InlineData(1e300, 1.0000000000000001e300)]
    [InlineData(0, -0.0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Numbers_that_differ_beyond_their_fifteenth_digit_are_one(double a, double b)
    {
        Assert.True(Decimals.AreEqual(a, b));
        Assert.Equal(0, Decimals.Compare(b, a));
    }

    [Theory]
    [InlineData(0.75, 0.750000000000001)]
    [InlineData(0, 1e-300)]
    [InlineData(1, -1)]
    [InlineData(1e15, 1e15 + 10)]
    [InlineData(double.MaxValue, double.PositiveInfinity)]
    public void Numbers_that_differ_within_it_are_two(double a, double b)
    {
        Assert.False(Decimals.AreEqual(a, b));
        Assert.Equal(a.CompareTo(b), Decimals.Compare(a, b));
        Assert.Equal(b.CompareTo(a), Decimals.Compare(b, a));
    }

    [Fact]
    public void Not_a_number_equals_nothing() => Assert.False(Decimals.AreEqual(double.NaN, double.NaN));

    [Fact]
    public void Whatever_is_written_with_fifteen_digits_is_what_it_is_rounded_to() =>
        (from digits in Gen.Long[-999_999_999_999_999, 999_999_999_999_999] from exponent in Gen.Int[-300, 280] select $"{digits}e{exponent}").Sample(text =>
        {
            var number = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.Equal(number, Decimals.Rounded(number));
            Assert.True(Decimals.AreEqual(number, Math.BitIncrement(number)), text);
            Assert.True(Decimals.AreEqual(number, Math.BitDecrement(number)), text);
        });

    [Theory]
    [InlineData(0.1, 0.2, 0.15)]
    [InlineData(0.55, 0.8, 0.675)]
    [InlineData(0.87, 0.99, 0.93)]
    [InlineData(0, 0, 0)]
    public void A_midpoint_is_the_decimal_between_two(double lower, double upper, double midpoint) => Assert.Equal(midpoint, Decimals.Midpoint(lower, upper));
}
