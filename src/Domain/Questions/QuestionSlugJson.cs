namespace Domain.Questions;

/// <summary>Writes a question's name as its text.</summary>
public sealed class QuestionSlugJson : NameJson<QuestionSlug>
{
    /// <inheritdoc/>
    protected override QuestionSlug Of(string text) => new(text);

    /// <inheritdoc/>
    protected override string Text(QuestionSlug name) => name.Value;
}
