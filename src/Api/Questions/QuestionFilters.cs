using Api.Endpoints;
using Domain.Questions;

namespace Api.Questions;

/// <summary>The query parameters that narrow a list to some questions.</summary>
public static class QuestionFilters
{
    /// <summary>By what can happen to the question next.</summary>
    public static readonly QueryParameter Status = QueryParameter.Choice<QuestionStatus>("status", "Only questions of this status.");

    /// <summary>By what the question asks for.</summary>
    public static readonly QueryParameter Type = QueryParameter.Choice<QuestionType>("type", "Only questions of this type.");

    /// <summary>By a tag.</summary>
    public static readonly QueryParameter Tag = QueryParameter.Text("tag", "Only questions with this tag.");

    /// <summary>By the group.</summary>
    public static readonly QueryParameter Group = QueryParameter.Text("group", "Only questions of this group.");

    /// <summary>By words of the title.</summary>
    public static readonly QueryParameter Words = QueryParameter.Text(
        "q",
        "Only questions whose title holds these words, in any case and with or without accents."
    );
}
