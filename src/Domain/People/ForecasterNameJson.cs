namespace Domain.People;

/// <summary>Writes a forecaster's name as its text.</summary>
public sealed class ForecasterNameJson : NameJson<ForecasterName>
{
    /// <inheritdoc/>
    protected override ForecasterName Of(string text) => new(text);

    /// <inheritdoc/>
    protected override string Text(ForecasterName name) => name.Value;
}
