using Api.Running;
using EmbeddedPostgres;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Store.Importing;

namespace Api.Tests.Catalogue;

/// <summary>The built-in catalogue of a crowd, which comes in as files of history do.</summary>
public sealed class CrowdCatalogueTests(CrowdCatalogueTests.WithCrowd api) : IClassFixture<CrowdCatalogueTests.WithCrowd>
{
    /// <summary>A service that loads the crowd alone.</summary>
    public sealed class WithCrowd : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "crowd"];
    }

    [Fact]
    public async Task Eighteen_questions_come_in_with_their_forecasts_and_outcomes_and_are_scored()
    {
        await api.EventuallyAsync(
            "/imports",
            imports => imports.GetProperty("items").EnumerateArray().Count(i => i.GetProperty("status").GetString() == "succeeded") == 3
        );
        await api.SettledAsync();
        var questions = (await api.GetAsync("/questions?limit=100")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(CrowdCatalogue.Questions.Order(StringComparer.Ordinal), questions.Select(q => q.GetProperty("slug").GetString()));
        Assert.All(questions, q => Assert.Equal("resolved", q.GetProperty("status").GetString()));
        Assert.All(
            questions,
            q => Assert.Contains("doi:10.7910/DVN/BPCDH5, CC0 1.0", q.GetProperty("resolutionCriteria").GetString(), StringComparison.Ordinal)
        );

        var timeline = await api.GetAsync("/questions/serbia-eu-candidate-2011/timeline");
        Assert.Equal((361, 381), (timeline.GetProperty("forecasters").GetInt32(), timeline.GetProperty("forecasts").GetInt32()));
        var last = timeline.GetProperty("spread").EnumerateArray().Last();
        var consensus = await api.GetAsync("/questions/serbia-eu-candidate-2011/consensus");
        Assert.Equal(consensus.GetProperty("probability").GetDouble(), last.GetProperty("median").GetDouble(), 1e-12);
        Assert.Equal(361, timeline.GetProperty("standing").EnumerateArray().Sum(c => c.GetInt32()));
        Assert.Equal(547, (await api.ScalarAsync<long>("select count(*) from forecasts.mt_doc_analyst where id like 'analyst/gjp-%'")));
        var scores = await api.GetAsync("/questions/serbia-eu-candidate-2011/scores");
        Assert.True(scores.GetProperty("items").GetArrayLength() > 361);

        // Another start finds everything there.
        var before = await api.EventsAsync();
        Assert.False(
            await CrowdCatalogue.SendAsync(
                api.Services.GetRequiredService<NpgsqlDataSource>(),
                api.Services.GetRequiredService<IDocumentStore>(),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(before, await api.EventsAsync());
    }

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("true", true, false)]
    [InlineData("Brief", true, false)]
    [InlineData("crowd", false, true)]
    [InlineData("both", true, true)]
    [InlineData("none", false, false)]
    [InlineData("false", false, false)]
    public void The_setting_takes_words_and_what_it_took_before(string? set, bool brief, bool crowd) =>
        Assert.Equal(new CatalogueChoice(brief, crowd), CatalogueChoice.Of(Configured(set)));

    [Fact]
    public void Another_word_keeps_the_service_from_starting() => Assert.Throws<StartException>(() => CatalogueChoice.Of(Configured("all")));

    private static IConfiguration Configured(string? set) => new ConfigurationBuilder().AddInMemoryCollection([new("Catalogue:Load", set)]).Build();
}
