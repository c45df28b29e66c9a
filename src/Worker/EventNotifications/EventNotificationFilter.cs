using Domain.People;
using Domain.Questions;
using Store.Events;

namespace Worker.EventNotifications;

/// <summary>Selects notifications: those that match a value of every list that is not empty.</summary>
/// <param name="Types">Names of events.</param>
/// <param name="Questions">Slugs of questions.</param>
/// <param name="Analysts">Names of analysts; only a forecast's events have one.</param>
/// <param name="Tags">Tags of the questions.</param>
public sealed record EventNotificationFilter(
    IReadOnlyList<string> Types,
    IReadOnlyList<QuestionSlug> Questions,
    IReadOnlyList<ForecasterName> Analysts,
    IReadOnlyList<string> Tags
)
{
    /// <summary>The names of all announced events: those of questions, forecasts and scores, not those of people.</summary>
    public static IReadOnlyList<string> AllTypes { get; } =
    [.. EventNames.All.Keys.Where(t => t.Namespace != typeof(AnalystRegistered).Namespace).Select(t => t.Name).Order(StringComparer.Ordinal)];

    /// <summary>Whether a notification matches.</summary>
    public bool Wants(EventNotification a) =>
        Wants(Types, a.Type)
        && Wants(Questions, a.Question)
        && (Analysts.Count == 0 || (a.Analyst is { } analyst && Analysts.Contains(analyst)))
        && (Tags.Count == 0 || Tags.Any(a.Tags.Contains));

    private static bool Wants<T>(IReadOnlyList<T> wanted, T value) => wanted.Count == 0 || wanted.Contains(value);
}
