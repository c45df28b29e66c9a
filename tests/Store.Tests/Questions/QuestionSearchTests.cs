using Domain;
using Domain.Questions;
using Store.Reading;
using Store.Tests.GroupCommit;

namespace Store.Tests.Questions;

/// <summary>The search in questions' titles.</summary>
public sealed class QuestionSearchTests
{
    private static readonly string[] Titles =
    [
        "Will the Ёлка stand in МОСКВА?",
        "Ποια είναι η Αθήνα της Οδύσσειας;",
        "Élection à Zürich (composed)",
        "E\u0301lection a\u0300 Zu\u0308rich (in parts)",
        "Die STRASSE und die Straße",
        "İstanbul ve Iğdır",
        "100% of all_things",
        "100 of allXthings",
        "ﬁnal offer",
        "𐐀𐐁 Deseret",
        "한국어 문제",
        "हिन्दी में",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("en-US")]
    [InlineData("tr-TR")]
    public async Task Titles_are_found_in_any_case_and_however_accents_are_written_whatever_the_database_collates_by(string? locale)
    {
        await using var store = await SubmittingStore.CreateAsync(locale: locale);
        await using (var session = store.Store.LightweightSession())
        {
            foreach (var (i, title) in Titles.Index())
            {
                var slug = $"t-{i:00}";
                session.Store(
                    new Question
                    {
                        Id = StreamKeys.Question(slug),
                        Slug = slug,
                        Title = title,
                        Type = QuestionType.Binary,
                    }
                );
            }

            await session.SaveChangesAsync(Token);
        }

        foreach (
            var (words, expected) in new (string, int[])[]
            {
                ("ёлка", [0]),
                ("ЁЛКА", [0]),
                ("е\u0308лка", [0]),
                ("москва", [0]),
                ("Москва", [0]),
                ("ΑΘΗΝΑ", [1]),
                ("αθήνα", [1]),
                ("ΟΔΥΣΣΕΙΑΣ", [1]),
                ("οδύσσειασ", [1]),
                ("αθη\u0301να", [1]),
                ("élection à zürich", [2, 3]),
                ("ÉLECTION À ZÜRICH", [2, 3]),
                ("e\u0301lection", [2, 3]),
                ("election", [2, 3]),
                ("strasse", [4]),
                ("STRAẞE", [4]),
                ("straße", [4]),
                ("istanbul", [5]),
                ("İSTANBUL", [5]),
                ("100%", [6]),
                ("all_things", [6]),
                ("%", [6]),
                ("_", [6]),
                ("'", []),
                ("\\", []),
                ("final", [8]),
                ("ﬁnal", [8]),
                ("𐐨𐐩", [9]),
                ("한국어", [10]),
                ("हिन्दी", [11]),
                ("हन्द", []),
                ("of all", [6, 7]),
            }
        )
        {
            await using var session = store.Store.QuerySession();
            var found = (await QuestionSearch.FindAsync(session, words, Token))
                .Where(s => s.StartsWith("t-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
            Assert.True(expected.Select(i => $"t-{i:00}").SequenceEqual(found), $"{words} finds {string.Join(", ", found)}");
        }
    }
}
