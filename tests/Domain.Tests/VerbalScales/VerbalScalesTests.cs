using Domain.Tests.Architecture;
using Domain.Tests.Documentation;
using Domain.Tests.Oracles;
using Domain.VerbalScales;
using Scales = Domain.VerbalScales.VerbalScales;

namespace Domain.Tests.VerbalScales;

/// <summary>The verbal scales and their published ranges.</summary>
public sealed class VerbalScalesTests
{
    public static TheoryData<string> Published => Cases.Named("words_of_estimative_probability");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Published))]
    public void A_scale_has_the_published_ranges(string published)
    {
        var (_, expected, _) = Cases.Read(published);
        var scale = Scales.All.SingleOrDefault(s => published.Contains(s.Name, StringComparison.OrdinalIgnoreCase));
        Assert.SkipWhen(
            scale is null || !expected.TryGetProperty("terms", out _),
            "The source has a scale, or a form of one, that is not among those that forecasts may be stated in."
        );
        var rows = expected.GetProperty("terms").EnumerateArray().ToList();
        var terms = scale!.Terms;

        Assert.Equal(rows.Select(r => (r[r.GetArrayLength() - 2].GetDouble(), r[r.GetArrayLength() - 1].GetDouble())), terms.Select(t => (t.Lower, t.Upper)));
        Assert.All(rows.Zip(terms), pair => Assert.StartsWith(pair.Second.Term, pair.First[0].GetString(), StringComparison.Ordinal));
        if (!expected.TryGetProperty("unambiguous_examples", out var examples))
            return;
        Assert.All(
            examples.EnumerateObject(),
            example =>
            {
                var p = double.Parse(example.Name, System.Globalization.CultureInfo.InvariantCulture);
                Assert.StartsWith(terms.Single(t => t.Lower <= p && p <= t.Upper).Term, example.Value.GetString(), StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Terms_rise_within_the_unit_interval_and_no_word_names_two_of_them()
    {
        Assert.Equal(["icd203", "phia", "kent", "nato"], Scales.All.Select(s => s.Name).Take(4));
        Assert.All(
            Scales.All,
            scale =>
            {
                Assert.All(scale.Terms, t => Assert.True(t.Lower >= 0 && t.Lower <= t.Upper && t.Upper <= 1, t.Term));
                Assert.All(scale.Terms.Zip(scale.Terms.Skip(1)), pair => Assert.True(pair.First.Upper <= pair.Second.Lower, pair.Second.Term));
                var words = scale.Terms.SelectMany(t => t.Synonyms.Append(t.Term)).ToList();
                Assert.Equal(words.Count, words.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            }
        );
    }

    [Theory]
    [InlineData("icd203", "Highly Probable", 0.875)]
    [InlineData("phia", "realistic possibility", 0.45)]
    [InlineData("phia", "PROBABLE", 0.65)]
    [InlineData("kent", "almost certain", 0.93)]
    [InlineData("kent", "almost certainly not", 0.07)]
    public void A_term_is_found_in_any_case_and_by_its_synonyms(string scale, string words, double midpoint) =>
        Assert.Equal(midpoint, Scales.Find(scale)!.Find(words)!.Midpoint, 1e-12);

    [Fact]
    public void A_scale_takes_one_file()
    {
        var scale = Assert.Single(Registry.EntriesOf<PublishedScale>(typeof(Betting).Assembly)).Scale;

        Assert.Equal(("betting", 0.7), (scale.Name, scale.Find("Odds on")!.Midpoint));
        Guides.IsTrue("adding-a-verbal-scale.md", "VerbalScales/Betting.cs");
    }

    [Fact]
    public void The_documents_name_every_scale() => Assert.All(Scales.All, s => Assert.Contains($"`{s.Name}`", Document("files.md"), StringComparison.Ordinal));

    [Fact]
    public void Unknown_names_find_nothing()
    {
        Assert.Null(Scales.Find("gut feeling"));
        Assert.Null(Scales.Find("icd203")!.Find("realistic possibility"));
    }

    private static string Document(string name) => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", name));
}
