using CsCheck;

namespace Domain.Tests;

/// <summary>Texts that are shortened for messages.</summary>
public sealed class ShortTextTests
{
    private static readonly string[] Characters = ["a", "é", "e\u0301", "😀", "👩‍👩‍👧", "🇩🇪", "漢", "\r\n"];

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc…")]
    [InlineData("ab😀", 4, "ab😀")]
    [InlineData("ab😀c", 3, "ab…")]
    [InlineData("ab😀c", 4, "ab😀…")]
    [InlineData("e\u0301e\u0301", 3, "e\u0301…")]
    [InlineData("👩‍👩‍👧 family", 5, "…")]
    [InlineData("🇫🇷🇩🇪", 6, "🇫🇷…")]
    public void Text_is_cut_between_characters(string text, int most, string shortened) => Assert.Equal(shortened, text.Shortened(most));

    [Fact]
    public void What_is_too_long_or_too_many_is_told_by_its_size()
    {
        Assert.Equal(("none", "2", "1,203"), ("".Size(), "ab".Size(), new string('x', 1_203).Size()));
        Assert.Null(new[] { "a", "bcd" }.Fault(2, 3));
        Assert.Equal("these are 3", new[] { "a", "b", "c" }.Fault(2, 3));
        Assert.Equal("entry 2 has none", new[] { "a", "" }.Fault(2, 3));
        Assert.Equal("entry 2 has 4", new[] { "a", "bcde" }.Fault(2, 3));
    }

    [Fact]
    public void No_character_is_ever_cut_in_two() =>
        (
            from text in Gen.Int[0, Characters.Length - 1].Array[0, 40]
            from most in Gen.Int[0, 80]
            select (string.Concat(text.Select(i => Characters[i])), most)
        ).Sample(drawn =>
        {
            var (text, most) = drawn;
            var shortened = text.Shortened(most);
            Assert.Equal(text.Length <= most, shortened == text);
            Assert.True(shortened == text || (shortened.EndsWith('…') && shortened.Length <= most + 1));
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(shortened)));
        });
}
