using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>States, revises and withdraws forecasts on a few questions.</summary>
internal sealed class Forecaster(Asking asking, Random random, Person person, IReadOnlyList<string> questions) : Client(asking, random)
{
    protected override Task StepAsync()
    {
        var question = questions[Random.Next(questions.Count)];
        var path = $"/questions/{question}/forecast";
        return Random.Next(10) switch
        {
            0 => EitherWayAsync(person, OperationKind.Withdraw, HttpMethod.Delete, path),
            1 => ReadAsync(person, $"/questions/{question}/forecasts/{person.Name}"),
            _ => EitherWayAsync(
                person,
                OperationKind.Forecast,
                HttpMethod.Put,
                path,
                new { probability = Random.Next(1, 1000) / 1000.0, rationale = NextMarker() }
            ),
        };
    }
}
