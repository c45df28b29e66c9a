using Domain;
using Domain.Questions;
using Marten;

namespace Worker.Importing;

/// <summary>What an import of forecasts needs to know about questions; of those that were asked for last it keeps as many as fit a bounded room.</summary>
internal sealed class KnownQuestions(IDocumentStore store)
{
    /// <summary>
    /// Those that were asked for since the last time that so many were there are kept, and those from the time before that: what a batch knows, the next
    /// two know too, and so the options that it named, which are recorded by then.
    /// </summary>
    private const int Most = 20_000;

    private static readonly string[] YesOrNo = ["yes", "no"];

    private Dictionary<string, Question?> _known = new(StringComparer.Ordinal);
    private Dictionary<string, Question?> _before = new(StringComparer.Ordinal);

    /// <summary>The question, or null where there is none of that name.</summary>
    public Question? Find(string slug) => _known.GetValueOrDefault(slug);

    public async Task LoadAsync(IEnumerable<string?> slugs, CancellationToken token)
    {
        if (_known.Count > Most)
        {
            (_known, _before) = (_before, _known);
            _known.Clear();
        }

        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slug in slugs.OfType<string>().Where(s => !_known.ContainsKey(s)))
        {
            if (_before.TryGetValue(slug, out var question))
                _known.Add(slug, question);
            else
                unknown.Add(slug);
        }

        if (unknown.Count == 0)
            return;
        await using var session = store.QuerySession();
        foreach (var part in unknown.Where(StreamKeys.IsSlug).Select(StreamKeys.Question).Chunk(2_000))
        {
            foreach (var question in await session.LoadManyAsync<Question>(token, part))
                _known[question.Slug] = Slim(question);
        }

        foreach (var slug in unknown)
            _known.TryAdd(slug, null);
    }

    /// <summary>Gives a question that names no options those of the first forecast on it that is taken.</summary>
    public void NameOptions(Question question, IReadOnlyList<string> options) => _known[question.Slug] = question with { Options = options };

    private static Question Slim(Question question) =>
        question with
        {
            Title = "",
            Background = "",
            ResolutionCriteria = "",
            Options = question.Type.IsYesOrNo() ? YesOrNo : question.Options,
            Tags = [],
            Resolution = null,
            Proposal = null,
            Clarifications = [],
            Evidence = [],
            Source = null,
        };
}
