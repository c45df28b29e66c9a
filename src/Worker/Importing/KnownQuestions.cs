using Domain;
using Domain.Questions;
using Marten;

namespace Worker.Importing;

/// <summary>What an import of forecasts needs to know about questions; as much of it is kept as fits a bounded room.</summary>
internal sealed class KnownQuestions(IDocumentStore store)
{
    private const int Most = 200_000;

    private static readonly string[] YesOrNo = ["yes", "no"];

    private readonly Dictionary<string, Question?> _known = new(StringComparer.Ordinal);

    /// <summary>The question, or null where there is none of that name.</summary>
    public Question? Find(string slug) => _known.GetValueOrDefault(slug);

    public async Task LoadAsync(IEnumerable<string?> slugs, CancellationToken token)
    {
        if (_known.Count > Most) _known.Clear();
        var unknown = slugs.OfType<string>().Where(s => !_known.ContainsKey(s)).ToHashSet(StringComparer.Ordinal);
        await using var session = store.QuerySession();
        foreach (var part in unknown.Where(StreamKeys.IsSlug).Select(StreamKeys.Question).Chunk(2_000))
        {
            foreach (var question in await session.LoadManyAsync<Question>(token, part)) _known[question.Slug] = Slim(question);
        }

        foreach (var slug in unknown) _known.TryAdd(slug, null);
    }

    /// <summary>Takes the options of a question that names none from the first forecast that could have them all; answers them then, else null.</summary>
    public IReadOnlyList<string>? NameOptions(ForecastGroup group)
    {
        if (Find(group.Question.Slug) is not { Type: QuestionType.MultipleChoice, Options.Count: 0 } question || group.AllOptions() is not { } options) return null;
        _known[question.Slug] = question with { Options = options };
        return options;
    }

    private static Question Slim(Question question) => question with
    {
        Title = "",
        Background = "",
        ResolutionCriteria = "",
        Options = question.Type == QuestionType.Binary ? YesOrNo : question.Options,
        Tags = [],
        Resolution = null,
        Proposal = null,
        Clarifications = [],
        Evidence = [],
        Source = null,
    };
}
