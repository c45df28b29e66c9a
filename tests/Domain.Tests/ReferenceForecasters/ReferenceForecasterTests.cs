using CsCheck;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Domain.Tests.Architecture;
using Domain.Tests.Documentation;
using Domain.Tests.Scoring;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Tests.ReferenceForecasters;

/// <summary>What holds of every reference of the registry, the ones that will be added included.</summary>
public sealed class ReferenceForecasterTests
{
    [Fact]
    public void Names_are_unique_and_can_be_names_of_forecasters()
    {
        Assert.Distinct(References.All.Select(r => r.Name));
        Assert.All(References.All, r => Assert.True(StreamKeys.IsSlug(r.Name) && StreamKeys.IsForecaster(r.Forecaster), r.Name));
        Assert.All(References.All, r => Assert.Same(r, References.OfForecaster(r.Forecaster)));
        Assert.Null(References.OfForecaster("reference:nobody"));
    }

    [Fact]
    public void The_documents_name_each()
    {
        var rows = Document("scoring.md").Split('\n');

        Assert.All(References.All, r => Assert.Single(rows, row => row.StartsWith($"| `{r.Forecaster}` |", StringComparison.Ordinal)));
        // A file of forecasts is refused under these names.
        Assert.All(References.All, r => Assert.Contains($"`{r.Forecaster}`", Document("files.md"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_reference_states_what_could_be_stated_on_every_type_of_question() =>
        Gen.OneOf(RandomQuestions.OfOptions(), RandomQuestions.OfDistributions())
            .Sample(input =>
            {
                var question = Asked(input.Question);
                foreach (var reference in References.All)
                {
                    foreach (var step in reference.Steps(input.Question, input.EarlierOutcomes, input.Question.ClosesAt) ?? [])
                    {
                        var command = new ForecastCommand(
                            new(reference.Forecaster),
                            ForecasterKind.Reference,
                            Statement(question, step.Prediction!),
                            null,
                            [],
                            null
                        );
                        Assert.Null(ForecastDecisions.Check(question, command, step.MadeAt));
                        Assert.True(step.MadeAt >= input.Question.OpensAt, reference.Name);
                    }
                }
            });

    [Fact]
    public void A_reference_does_not_look_ahead() =>
        (from input in RandomQuestions.OfOptions() from hour in Gen.Int[0, 1500] select (input, At: RandomQuestions.Epoch.AddHours(hour))).Sample(x =>
        {
            foreach (var reference in References.All)
            {
                var whole = reference.Steps(x.input.Question, x.input.EarlierOutcomes, x.input.Question.ClosesAt);
                var then = reference.Steps(
                    x.input.Question with
                    {
                        Outcome = new OutcomeValue.Option(0),
                        KnownAt = x.input.Question.ClosesAt,
                    },
                    [.. x.input.EarlierOutcomes.Where(e => e.KnownAt < x.At)],
                    x.input.Question.ClosesAt
                );
                Assert.Equal(whole?.Where(s => s.MadeAt <= x.At), then?.Where(s => s.MadeAt <= x.At));
            }
        });

    [Fact]
    public void A_reference_takes_one_file()
    {
        var reference = Assert.Single(Registry.EntriesOf<ReferenceForecaster>(typeof(EvenStatusQuo).Assembly));
        var question = new ResolvedQuestion(
            "q",
            QuestionType.Ordered,
            3,
            null,
            RandomQuestions.Epoch,
            RandomQuestions.Epoch.AddDays(10),
            RandomQuestions.Epoch.AddDays(10),
            null,
            new OutcomeValue.Option(0),
            new OutcomeValue.Option(1)
        );

        Assert.Equal("reference:even-status-quo", reference.Forecaster);
        Assert.Equal([0.25, 0.5, 0.25], ((Prediction.Categorical)Assert.Single(reference.Steps(question, [], question.ClosesAt)!).Prediction!).Probabilities);
        Assert.Null(reference.Steps(question with { StatusQuo = null }, [], question.ClosesAt));
        Guides.IsTrue("adding-a-reference-forecaster.md", "ReferenceForecasters/EvenStatusQuo.cs");
    }

    private static Question Asked(ResolvedQuestion q) =>
        new()
        {
            Id = "question/q",
            Slug = q.Slug,
            Title = "q",
            Type = q.Type,
            Status = QuestionStatus.Open,
            Options = [.. Enumerable.Range(0, q.OptionCount).Select(k => $"option {k}")],
            Range = q.Range,
            OpensAt = q.OpensAt,
            ClosesAt = q.ClosesAt,
        };

    private static Statement Statement(Question question, Prediction prediction) =>
        prediction switch
        {
            Prediction.Categorical c when question.Type == QuestionType.Binary => new Statement(Probability: c.Probabilities[0]),
            Prediction.Categorical c => new Statement(Probabilities: c.Probabilities),
            Prediction.Quantiles q => new Statement(Quantiles: q.Points),
            _ => throw new ArgumentException("No such prediction.", nameof(prediction)),
        };

    private static string Document(string name) => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", name));
}
