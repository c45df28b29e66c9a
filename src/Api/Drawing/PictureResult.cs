using Api.ContentNegotiation;
using Api.Problems;
using Api.Requests;
using Microsoft.Net.Http.Headers;

namespace Api.Drawing;

/// <summary>A picture as an answer.</summary>
/// <param name="picture">The picture.</param>
/// <param name="mediaType">As what it is sent.</param>
public sealed class PictureResult(Picture picture, string mediaType) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (mediaType == MediaTypes.Svg)
            return Results.Text(picture.Svg(), MediaTypes.Svg).ExecuteAsync(httpContext);
        var faces = httpContext.RequestServices.GetRequiredService<Typefaces>();
        var headers = httpContext.Response.Headers;
        if (!faces.CanWrite)
        {
            // What is not sent has no version that a copy of it could be held against.
            headers.ETag = default;
            return Problem
                .Of(
                    StatusCodes.Status406NotAcceptable,
                    "not-acceptable",
                    "Not acceptable",
                    $"This server has no font to write a picture's text with. Ask for {MediaTypes.Svg}, which your own fonts draw, or for "
                        + $"{MediaTypes.Json}; or install a font on the server."
                )
                .ExecuteAsync(httpContext);
        }

        var png = picture.Png(faces, out var lacks);
        if (lacks is not null)
            headers.Append(HeaderNames.Warning, $"299 - \"{lacks}\"");
        return Results.Bytes(png, MediaTypes.Png).ExecuteAsync(httpContext);
    }
}

/// <summary>Finds the fonts of pictures.</summary>
public static class PictureFonts
{
    /// <summary>The fonts of pictures: those in the folder that <c>Drawing:Fonts</c> names, else the system's.</summary>
    public static void AddPictureFonts(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(_ => configuration["Drawing:Fonts"] is { Length: > 0 } folder ? Typefaces.OfFolder(folder) : Typefaces.OfSystem());
}
