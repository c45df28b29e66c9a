using System.Text.Json.Serialization;

namespace Domain.Resolutions;

/// <summary>Why a generation of a question's scores was made. The word of each is recorded with the generation and never changes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GenerationTrigger>))]
public enum GenerationTrigger
{
    /// <summary>The question got an outcome.</summary>
    [JsonStringEnumMemberName("resolution")]
    Resolution,

    /// <summary>The outcome, or the instant from which it was known, was corrected.</summary>
    [JsonStringEnumMemberName("correction")]
    Correction,

    /// <summary>The question became void.</summary>
    [JsonStringEnumMemberName("annulment")]
    Annulment,

    /// <summary>The outcome was taken back.</summary>
    [JsonStringEnumMemberName("taken-back")]
    TakenBack,

    /// <summary>Forecasts came in from a file of history after the outcome.</summary>
    [JsonStringEnumMemberName("late-import")]
    LateImport,

    /// <summary>A sealed forecast was revealed after the outcome.</summary>
    [JsonStringEnumMemberName("revelation")]
    Revelation,

    /// <summary>Other questions changed on which some of the rows rest.</summary>
    [JsonStringEnumMemberName("other-questions")]
    OtherQuestions,

    /// <summary>Somebody asked for it, and the rules are those of the generation before.</summary>
    [JsonStringEnumMemberName("rescoring")]
    Rescoring,

    /// <summary>Somebody asked for it, and the rules are newer than those of the generation before.</summary>
    [JsonStringEnumMemberName("rule-set")]
    RuleSet,
}

/// <summary>The words in which triggers are recorded and shown.</summary>
public static class GenerationTriggers
{
    /// <summary>The word of a trigger, such as <c>taken-back</c>.</summary>
    public static string Word(this GenerationTrigger trigger) =>
        trigger switch
        {
            GenerationTrigger.Resolution => "resolution",
            GenerationTrigger.Correction => "correction",
            GenerationTrigger.Annulment => "annulment",
            GenerationTrigger.TakenBack => "taken-back",
            GenerationTrigger.LateImport => "late-import",
            GenerationTrigger.Revelation => "revelation",
            GenerationTrigger.OtherQuestions => "other-questions",
            GenerationTrigger.Rescoring => "rescoring",
            GenerationTrigger.RuleSet => "rule-set",
            _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger, "There is no such trigger."),
        };

    /// <summary>The trigger of a word.</summary>
    /// <exception cref="FormatException">The word is no trigger's.</exception>
    public static GenerationTrigger OfWord(string word)
    {
        foreach (var trigger in Enum.GetValues<GenerationTrigger>())
        {
            if (trigger.Word() == word)
                return trigger;
        }

        throw new FormatException($"There is no trigger '{word}'.");
    }
}
