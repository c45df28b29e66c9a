using Domain.Statistics;

namespace Domain;

/// <summary>Enumerations in the contract's words: their names in camelCase.</summary>
public static class Spelling
{
    /// <summary>The word for a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>Whether the data support a number: <c>ok</c> where they do, else why they do not.</summary>
    public static string Of(StatisticStatus status) => status == StatisticStatus.Computed ? "ok" : Of<StatisticStatus>(status);
}
