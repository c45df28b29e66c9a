using System.ComponentModel;
using Domain;
using Domain.Consensus;
using Domain.Questions;
using Domain.VerbalScales;

namespace Api.Agents;

/// <summary>Describes an argument that names a consensus method, by the methods that there are.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ConsensusMethodNameAttribute()
    : DescriptionAttribute($"How the crowd is put together: {ListedNames.Or(ConsensusMethods.All.Select(m => m.Name))}.");

/// <summary>Describes an argument that names a verbal scale, by the scales that there are.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class VerbalScaleNameAttribute()
    : DescriptionAttribute(
        $"The scale that the term is from: {ListedNames.Or(VerbalScales.All.Select(s => s.Name == VerbalScales.Default ? $"{s.Name} (the default)" : s.Name))}."
    );

/// <summary>Describes an argument that names a type of question, by the types that there are.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class QuestionTypeNameAttribute() : DescriptionAttribute($"{ListedNames.Or(Enum.GetValues<QuestionType>().Select(t => Spelling.Of(t)))}.");

/// <summary>Names as a sentence lists them.</summary>
internal static class ListedNames
{
    /// <summary>The names with commas between them and "or" before the last.</summary>
    public static string Or(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.SkipLast(1))} or {all[^1]}";
    }
}
