namespace Cli.Ledger;

/// <summary>Reads the files that a command names.</summary>
internal static class Files
{
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string file, CancellationToken token)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read.", ExitCode.Usage);
        }
    }
}
