using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>States many forecasts at a time, one a line; each line carries a rationale of its own.</summary>
internal sealed class Batcher(Asking asking, Random random, Person person, IReadOnlyList<string> questions) : Client(asking, random)
{
    protected override TimeSpan Thought => TimeSpan.FromMilliseconds(1_500);

    protected override async Task StepAsync()
    {
        var lines = Enumerable
            .Range(0, Random.Next(1, 12))
            .Select(_ =>
                Json(
                    new
                    {
                        question = questions[Random.Next(questions.Count)],
                        probability = Random.Next(1, 1000) / 1000.0,
                        rationale = NextMarker(),
                    }
                )
            );
        var isKeyed = Random.Next(3) > 0;
        var ask = new Ask(
            person,
            OperationKind.ForecastBatch,
            HttpMethod.Post,
            "/forecasts",
            string.Join('\n', lines) + "\n",
            isKeyed ? NextKey() : null,
            ContentType: "application/x-ndjson"
        );
        await (isKeyed ? Asking.UntilAnsweredAsync(ask, GivenUp) : Asking.OnceAsync(ask, GivenUp));
    }
}
