using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Domain.Ledger.Leaves;

namespace Domain.Tests.Ledger;

/// <summary>Canonical JSON as in RFC 8785.</summary>
public sealed class CanonicalJsonTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Theory]
    // RFC 8785, section 3.2.2 and 3.2.3, and appendix B.
    [InlineData(
        """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """,
        """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"""
    )]
    [InlineData(
        """
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face",
             "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
            """,
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
            + "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"
    )]
    [InlineData(""" [ ] """, "[]")]
    [InlineData("""{"b":{"d":1,"c":[{"z":1,"a":2},{}]},"a":""}""", """{"a":"","b":{"c":[{"a":2,"z":1},{}],"d":1}}""")]
    [InlineData("\"\\u0000\\u001f\\u007f\\u2028\\b\\f\\t\"", "\"\\u0000\\u001f\u007f\u2028\\b\\f\\t\"")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("1e-400", "0")]
    public void A_text_has_the_spelling_of_the_RFC(string json, string canonical) => Assert.Equal(canonical, Canonical(json));

    [Theory]
    // RFC 8785, appendix B: a double's bits, and its spelling.
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void A_number_has_the_spelling_of_the_RFC(string bits, string canonical)
    {
        var number = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

        Assert.Equal(canonical, Canonical(number.ToString("E16", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "twice")]
    [InlineData("""{"a":1,"b":2,"\u0061":3}""", "twice")]
    [InlineData("""[{"x":{"b":1,"a":1,"b":1}}]""", "twice")]
    [InlineData("""{"a":"\ud800"}""", "surrogate")]
    [InlineData("""{"\udc00":1}""", "surrogate")]
    [InlineData("""["\ud83d\ud83d"]""", "surrogate")]
    [InlineData("1e400", "doubles")]
    [InlineData("[-1e309]", "doubles")]
    [InlineData("", "no JSON")]
    [InlineData(" ", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("[1,]", "no JSON")]
    [InlineData("01", "no JSON")]
    [InlineData("NaN", "no JSON")]
    [InlineData("1 2", "no JSON")]
    [InlineData("{} // more", "no JSON")]
    [InlineData("'a'", "no JSON")]
    [InlineData("\"a\nb\"", "no JSON")]
    [InlineData("\ufeff1", "no JSON")]
    public void What_has_no_one_spelling_is_refused(string json, string reason) =>
        Assert.Contains(reason, CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_UTF_8_and_nesting_without_end_are_refused()
    {
        Assert.NotNull(CanonicalJson.Canonicalize([(byte)'"', 0xc3, 0x28, (byte)'"']).Reason);
        Assert.NotNull(CanonicalJson.Canonicalize([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}']).Reason);
        Assert.NotNull(CanonicalJson.Canonicalize(Encoding.ASCII.GetBytes(new string('[', 100_000))).Reason);
        Assert.NotNull(CanonicalJson.OfText("half \ud800").Reason);
    }

    [Fact]
    public void Every_finite_double_is_spelled_so_that_it_is_read_again() =>
        Gen
            .ULong.Select(BitConverter.UInt64BitsToDouble)
            .Where(double.IsFinite)
            .Sample(
                number =>
                {
                    var canonical = Canonical(number.ToString("R", CultureInfo.InvariantCulture));
                    Assert.Equal(number, double.Parse(canonical, CultureInfo.InvariantCulture));
                    Assert.DoesNotContain('E', canonical);
                },
                iter: 20_000
            );

    [Fact]
    public void Whatever_the_order_and_the_spaces_the_spelling_is_one() =>
        Value(3)
            .Sample(
                value =>
                {
                    var (plain, indented) = (JsonSerializer.Serialize(value), JsonSerializer.Serialize(Reversed(value), Indented));
                    var canonical = Canonical(plain);
                    Assert.Equal(canonical, Canonical(indented));
                    Assert.Equal(canonical, Canonical(canonical));
                },
                iter: 500
            );

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json)).Value);

    private static Gen<object?> Value(int depth)
    {
        var text = Gen.String[Gen.Char["ab\"\\\n\t\u0001é€\u2028z~/"], 0, 6];
        var leaf = Gen.OneOf(
            text.Select(t => (object?)t),
            Gen.Double[-1e6, 1e6].Select(d => (object?)d),
            Gen.Bool.Select(b => (object?)b),
            Gen.Const((object?)null)
        );
        if (depth == 0)
            return leaf;
        var members = Gen.Select(text, Value(depth - 1)).Array[0, 5];
        return Gen.OneOf(
            leaf,
            members.Select(m => (object?)m.DistinctBy(p => p.Item1).ToDictionary(p => p.Item1, p => p.Item2)),
            Value(depth - 1).Array[0, 4].Select(a => (object?)a)
        );
    }

    private static object? Reversed(object? value) =>
        value switch
        {
            Dictionary<string, object?> members => members.Reverse().ToDictionary(m => m.Key, m => Reversed(m.Value)),
            object?[] values => values.Select(Reversed).ToArray(),
            _ => value,
        };
}
