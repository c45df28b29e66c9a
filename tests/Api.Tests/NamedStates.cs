using System.Text.Json;
using Api.Tests.Lifecycle;

namespace Api.Tests;

/// <summary>
/// States that a test starts from, by their names. Each call makes a question of its own, so that tests of a class, which share a service, do not meet.
/// </summary>
internal static class NamedStates
{
    /// <summary>An open question, with the two people whom an outcome needs.</summary>
    /// <param name="api">The service.</param>
    /// <param name="extra">What the question has beyond the usual; null for an ordinary binary question.</param>
    public static async Task<QuestionInState> WithOpenQuestionAsync(this RunningApi api, object? extra = null)
    {
        var slug = $"q-{Guid.NewGuid():n}";
        var resolver = await api.AsAsync($"r-{slug[2..18]}", "resolver", "analyst");
        await api.OpenQuestionAsync(slug, extra);
        return new QuestionInState(api, slug, resolver);
    }

    /// <summary>An open binary question with a forecast of the owner.</summary>
    public static async Task<QuestionInState> WithForecastAsync(this RunningApi api, double probability)
    {
        var question = await api.WithOpenQuestionAsync();
        await api.Owner.DoAsync($"{question.Url}/forecast", new { probability }, HttpMethod.Put);
        return question;
    }

    /// <summary>A binary question with an outcome that the owner proposes and nobody has answered.</summary>
    public static async Task<QuestionInState> WithProposedOutcomeAsync(this RunningApi api, string outcome = "yes")
    {
        var question = await api.WithOpenQuestionAsync();
        await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome(outcome));
        return question;
    }

    /// <summary>A binary question that the owner resolved and the resolver confirmed.</summary>
    public static async Task<QuestionInState> WithResolvedQuestionAsync(this RunningApi api, string outcome = "yes")
    {
        var question = await api.WithProposedOutcomeAsync(outcome);
        await question.Resolver.ConfirmAsync(question.Slug);
        return question;
    }
}

/// <param name="Api">The service that has the question.</param>
/// <param name="Slug">The question's name, used by no other test.</param>
/// <param name="Resolver">A second person, who may confirm what the owner proposes.</param>
internal sealed record QuestionInState(RunningApi Api, string Slug, HttpClient Resolver)
{
    /// <summary>The question's address.</summary>
    public string Url => $"/questions/{Slug}";

    /// <summary>The question as the owner reads it.</summary>
    public Task<JsonElement> ReadAsync() => Api.GetAsync(Url);

    /// <summary>Its status.</summary>
    public async Task<string> StatusAsync() => (await ReadAsync()).Text("status");

    /// <summary>The id of the proposal that waits for an answer.</summary>
    public async Task<Guid> ProposalAsync() => (await ReadAsync()).GetProperty("proposal").GetProperty("id").GetGuid();

    /// <summary>How many events of a type its streams hold.</summary>
    public Task<int> CountAsync(string type) => Api.CountAsync(Slug, type);
}
