using Api.Endpoints;
using Store.Importing;
using Store.Operations;

namespace Api.Imports;

/// <summary>A file that is in the database and waits to be run. Where it is not, for whatever reason, it is dropped.</summary>
/// <param name="import">The id of its import.</param>
/// <param name="fingerprint">SHA-256 of it as it was sent.</param>
/// <param name="imports">Where it is.</param>
internal sealed class UploadedFile(string import, byte[] fingerprint, ImportLog imports) : IReceivedBody
{
    /// <summary>The id of its import.</summary>
    public string Import => import;

    public byte[] Fingerprint => fingerprint;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await imports.ForgetAsync(import);
        }
        catch (Exception e) when (e.MayPass())
        {
            // It is forgotten later, as what was cut off is. The answer stands.
        }
    }
}
