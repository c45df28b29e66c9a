using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Domain.Resolutions;

/// <summary>
/// Outcomes by degrees, such as <c>{"yes":0.63,"no":0.37}</c>: how far each option holds where a question was settled
/// between them, such as a market's price before its close, or one half for each of two.
/// </summary>
public static class PartialOutcome
{
    /// <summary>By how much the sum of the degrees may differ from 1.</summary>
    public const double SumTolerance = 1e-6;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a text can only be meant as an outcome by degrees.</summary>
    public static bool IsMeant(string text) => text.StartsWith('{');

    /// <summary>The outcome that a JSON object names, a degree from 0 to 1 for each option, where an option that is left out has 0.</summary>
    /// <param name="question">The question, which has options.</param>
    /// <param name="json">The object.</param>
    /// <param name="problem">What is wrong with it, as a sentence; null where nothing is.</param>
    /// <returns>The outcome; an <see cref="OutcomeValue.Option"/> where one degree is exactly 1, and null where there is a problem.</returns>
    public static OutcomeValue? Parse(IOutcomeSpace question, string json, out string? problem)
    {
        var degrees = new double?[question.Options.Count];
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new JsonException();
            foreach (var degree in document.RootElement.EnumerateObject())
            {
                var option = IndexOf(question, degree.Name);
                if (option < 0)
                    return Wrong($"'{degree.Name.Shortened(60)}' is none of the options, which are {string.Join(", ", question.Options)}.", out problem);
                if (degrees[option] is not null)
                    return Wrong($"'{degree.Name}' has two degrees; give it one.", out problem);
                if (degree.Value.ValueKind != JsonValueKind.Number || !degree.Value.TryGetDouble(out var number) || number is not (>= 0 and <= 1))
                {
                    return Wrong($"The degree of '{degree.Name}' is {degree.Value.GetRawText().Shortened(60)}; a degree is a number from 0 to 1.", out problem);
                }

                degrees[option] = number;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Wrong("An outcome by degrees is a JSON object of options and their degrees.", out problem);
        }

        var sum = degrees.Sum(d => d ?? 0);
        return Math.Abs(sum - 1) <= SumTolerance
            ? Of([.. degrees.Select(d => d ?? 0)], out problem)
            : Wrong($"The degrees sum to {sum.ToString("0.######", CultureInfo.InvariantCulture)}; they sum to 1.", out problem);
    }

    /// <summary>The outcome of a binary question that a number stands for: 1 for yes, 0 for no, and between them the degree of yes.</summary>
    public static OutcomeValue? OfNumber(string text)
    {
        if (
            !decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var yes
            )
        )
            return null;
        return yes is >= 0 and <= 1 ? Of([(double)yes, (double)(1 - yes)], out _) : null;
    }

    /// <summary>The one spelling of the outcome: the options in the question's order, those of degree 0 left out.</summary>
    public static string Format(IOutcomeSpace question, OutcomeValue.Partial outcome)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            for (var i = 0; i < outcome.Degrees.Length; i++)
            {
                if (outcome.Degrees[i] > 0)
                    json.WriteNumber(question.Options[i], outcome.Degrees[i]);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static OutcomeValue Of(double[] degrees, out string? problem)
    {
        problem = null;
        var whole = Array.IndexOf(degrees, 1);
        return whole >= 0 ? new OutcomeValue.Option(whole) : new OutcomeValue.Partial([.. degrees]);
    }

    private static OutcomeValue? Wrong(string what, out string? problem)
    {
        problem = what;
        return null;
    }

    private static int IndexOf(IOutcomeSpace question, string option)
    {
        for (var i = 0; i < question.Options.Count; i++)
        {
            if (question.Options[i] == option)
                return i;
        }

        return -1;
    }
}
