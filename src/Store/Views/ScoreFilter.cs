using Domain.Questions;
using Domain.Resolutions;
using Npgsql;

namespace Store.Views;

/// <summary>Selects scored questions of a view. A null value does not restrict the selection.</summary>
/// <param name="Tag">Only questions under this tag.</param>
/// <param name="Type">Only questions of this type.</param>
/// <param name="From">Only questions whose outcome was known at this instant or later.</param>
/// <param name="To">Only questions whose outcome was known before this instant.</param>
public sealed record ScoreFilter(string? Tag = null, QuestionType? Type = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>The condition on a question of the view whose scores count. An outcome that was taken back does not count.</summary>
    internal const string Scored = $"q.outcome <> '{OutcomeText.Annulled}'";

    /// <summary>The condition on a view of questions with the alias <c>q</c>. Adds its parameters to the command.</summary>
    internal string Where(NpgsqlCommand command)
    {
        var conditions = new List<string> { Scored };
        if (Tag is { } tag)
            conditions.Add($"q.tags @> array[{Parameter(command, tag)}]::text[]");
        if (Type is { } type)
            conditions.Add($"q.type = {Parameter(command, type.ToString())}");
        if (From is { } from)
            conditions.Add($"q.known_at >= {Parameter(command, from.UtcDateTime)}");
        if (To is { } to)
            conditions.Add($"q.known_at < {Parameter(command, to.UtcDateTime)}");
        return string.Join(" and ", conditions);
    }

    internal static string Parameter(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        return $"${command.Parameters.Count}";
    }
}
