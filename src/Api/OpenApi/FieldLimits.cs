using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>
/// Describes the limits that stand in validation attributes beside a request's fields. The decisions enforce them; both take them from the same constants.
/// </summary>
internal static class FieldLimits
{
    /// <summary>Writes the limits of a field into its schema.</summary>
    public static void Apply(OpenApiSchema schema, ICustomAttributeProvider? field)
    {
        foreach (var attribute in field?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true) ?? [])
        {
            switch (attribute)
            {
                case StringLengthAttribute length:
                    (schema.MinLength, schema.MaxLength) = (length.MinimumLength, length.MaximumLength);
                    break;
                case LengthAttribute count:
                    (schema.MinItems, schema.MaxItems) = (count.MinimumLength, count.MaximumLength);
                    break;
                case MaxLengthAttribute most:
                    schema.MaxItems = most.Length;
                    break;
                case MinLengthAttribute least:
                    schema.MinItems = least.Length;
                    break;
                case RangeAttribute range:
                    schema.Minimum = Convert.ToString(range.Minimum, CultureInfo.InvariantCulture);
                    schema.Maximum = Convert.ToString(range.Maximum, CultureInfo.InvariantCulture);
                    break;
                case RegularExpressionAttribute pattern:
                    schema.Pattern = pattern.Pattern;
                    break;
            }
        }
    }
}
