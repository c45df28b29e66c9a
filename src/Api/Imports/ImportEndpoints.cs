using Api.Problems;
using Domain;
using Store.Importing;

namespace Api.Imports;

/// <summary>History brought in: files of any size, taken in whole, recorded row by row, followed while they are. Each act has a file of its own.</summary>
public static class ImportEndpoints
{
    /// <summary>Refused rows that are shown with an import itself.</summary>
    private const int FirstErrors = 100;

    /// <summary>Maps every act on imports.</summary>
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapGroup("").WithTags("Imports");
        Receive.Map(imports);
        List.Map(imports);
        Show.Map(imports);
        ListErrors.Map(imports);
    }

    /// <summary>The import with its first errors; null where there is none of this id.</summary>
    internal static async Task<ImportAnswer?> AnswerAsync(string id, ImportLog imports, CancellationToken token)
    {
        if (await imports.FindAsync(id, token) is not { } import)
            return null;
        var errors = new List<RefusedRow>();
        if (import.Refused > 0)
        {
            await foreach (var row in imports.RefusedAsync(id, 0, FirstErrors, token))
                errors.Add(row);
        }

        return ImportAnswer.Of(import, errors);
    }

    /// <summary>A 404 for an id that no import has.</summary>
    internal static IResult Missing(string id) => Problem.NotFound($"There is no import '{id.Shortened(80)}'.");
}
