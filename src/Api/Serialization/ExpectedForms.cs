using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Domain;

namespace Api.Serialization;

/// <summary>Says in words what the JSON of a type is, as it follows "takes".</summary>
public static class ExpectedForms
{
    public const string Instant = $"a time: {Instants.Expected}";

    public const string Number = "a number, such as 0.5";

    public const string Text = "text in quotes";

    private const string Value = "text in quotes, a number or a date, such as \"yes\", 12.5 or \"2026-01-31\"";

    /// <summary>The form of a type; of an object, its fields.</summary>
    public static string Of(JsonTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (plain == typeof(string))
            return Text;
        if (plain == typeof(double))
            return Number;
        if (plain == typeof(DateTimeOffset))
            return Instant;
        if (plain == typeof(JsonElement))
            return Value;
        if (plain.IsEnum)
            return OneOf(plain);
        return type.Kind switch
        {
            JsonTypeInfoKind.Enumerable => $"a list in brackets, each entry of it {Of(type.Options.GetTypeInfo(type.ElementType!))}",
            JsonTypeInfoKind.Dictionary => $"an object in braces, each name in it with {Of(type.Options.GetTypeInfo(type.ElementType!))}",
            JsonTypeInfoKind.Object => Fields(type),
            _ => "another form",
        };
    }

    /// <summary>The words of an enumeration.</summary>
    public static string OneOf(Type enumeration) => $"one of {string.Join(", ", Words(enumeration).Select(w => $"\"{w}\""))}";

    /// <summary>The words of an enumeration as the contract spells them.</summary>
    public static IEnumerable<string> Words(Type enumeration) => Enum.GetNames(enumeration).Select(JsonNamingPolicy.CamelCase.ConvertName);

    private static string Fields(JsonTypeInfo type)
    {
        var fields = type
            .Properties.Where(p => p.AssociatedParameter is not null || p.Set is not null)
            .ToLookup(p => p.IsRequired || p.AssociatedParameter is { HasDefaultValue: false }, p => p.Name);
        var (required, optional) = (string.Join(", ", fields[true]), string.Join(", ", fields[false]));
        return required.Length == 0 ? $"an object with any of {optional}"
            : optional.Length == 0 ? $"an object with {required}"
            : $"an object with {required}, and if wanted {optional}";
    }
}
