using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Marten;

namespace Worker.Importing;

/// <summary>The questions that an import of forecasts needs. It keeps a bounded number of the most recently requested ones.</summary>
internal sealed class KnownQuestions(IDocumentStore store)
{
    /// <summary>
    /// Two generations are kept: the questions requested since the bound was last reached, and those of the period before. So what one batch knows, the next
    /// two know as well, including the options that it named, which are recorded by then.
    /// </summary>
    private const int Most = 20_000;

    private static readonly string[] YesOrNo = ["yes", "no"];

    private Dictionary<string, Question?> _known = new(StringComparer.Ordinal);
    private Dictionary<string, Question?> _before = new(StringComparer.Ordinal);

    /// <summary>The question; null if there is none of that name.</summary>
    public Question? Find(string slug) => _known.GetValueOrDefault(slug);

    public async Task LoadAsync(IEnumerable<string?> slugs, CancellationToken token)
    {
        if (_known.Count > Most)
        {
            (_known, _before) = (_before, _known);
            _known.Clear();
        }

        var unknown = new HashSet<string>(StringComparer.Ordinal);
        // A draft may be edited and opened meanwhile, so it is read each time.
        foreach (var slug in slugs.OfType<string>().Where(s => !_known.TryGetValue(s, out var q) || q is { Status: QuestionStatus.Draft }))
        {
            if (_before.TryGetValue(slug, out var question) && question is not { Status: QuestionStatus.Draft })
                _known[slug] = question;
            else
                unknown.Add(slug);
        }

        if (unknown.Count == 0)
            return;
        await using var session = store.QuerySession();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in unknown.Where(StreamKeys.IsSlug).Select(StreamKeys.Question).Chunk(2_000))
        {
            foreach (var question in await session.LoadManyAsync<Question>(token, part))
            {
                _known[question.Slug] = Slim(question);
                found.Add(question.Slug);
            }
        }

        foreach (var slug in unknown)
        {
            if (!found.Contains(slug))
                _known[slug] = null;
        }
    }

    /// <summary>Gives a question without options those of its first accepted forecast.</summary>
    public void NameOptions(Question question, IReadOnlyList<string> options) => _known[question.Slug] = question with { Options = options };

    private static Question Slim(Question question) =>
        question with
        {
            Title = "",
            Background = "",
            ResolutionCriteria = "",
            Options = question.Type.IsYesOrNo() ? YesOrNo : question.Options,
            Tags = [],
            // What the outcome tells of when seals could be revealed.
            EarlierStop = Revelations.Earliest(question),
            Resolution = null,
            Proposal = null,
            Clarifications = [],
            Evidence = [],
            Source = null,
        };
}
