using System.Globalization;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Reads what stands, what stood and what happened, and comes back to questions that it has asked before.</summary>
internal sealed class Historian(Asking asking, Random random, Person person, IReadOnlyList<string> questions, IReadOnlyList<string> analysts)
    : Client(asking, random)
{
    private readonly List<string> _asked = [];

    protected override async Task StepAsync()
    {
        var question = questions[Random.Next(questions.Count)];
        var path = Random.Next(5) switch
        {
            0 => $"/questions/{question}",
            1 => $"/questions/{question}/forecasts/{analysts[Random.Next(analysts.Count)]}",
            2 => $"/questions/{question}/forecasts",
            3 when _asked.Count > 0 => _asked[Random.Next(_asked.Count)],
            _ => Past(question),
        };
        await ReadAsync(person, path);
    }

    /// <summary>What stood, and was known, a few seconds ago.</summary>
    private string Past(string question)
    {
        var then = DateTimeOffset.UtcNow.AddSeconds(-Random.Next(2, 30));
        var instant = then.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var path = $"/questions/{question}/forecasts?asOf={instant}&knownAt={instant}";
        _asked.Add(path);
        return path;
    }
}
