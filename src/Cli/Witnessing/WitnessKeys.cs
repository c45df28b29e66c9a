using Domain.Ledger.Notes;
using EmbeddedPostgres;
using Signing;

namespace Cli.Witnessing;

/// <summary>The keys of a witness: one of each kind, in its folder, made at its first start and readable by their owner alone.</summary>
internal static class WitnessKeys
{
    private static readonly (string File, SignatureType Type)[] Kinds =
    [
        ("witness.ed25519.key", SignatureType.Ed25519Cosignature),
        ("witness.ml-dsa-44.key", SignatureType.MlDsa44Cosignature),
    ];

    /// <summary>The signers of a folder, made where they are missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of keys that are made; null where there are some.</param>
    /// <param name="token">Ends the making.</param>
    /// <exception cref="CommandException">There are no keys and no name, or the keys have another name.</exception>
    public static async Task<IReadOnlyList<INoteSigner>> OfAsync(string folder, KeyName? name, CancellationToken token)
    {
        OwnerOnly.MakeFolder(folder);
        var signers = new List<INoteSigner>();
        foreach (var (fileName, type) in Kinds)
        {
            var file = Path.Combine(folder, fileName);
            if (!File.Exists(file))
            {
                var made = Signatures.NewKey(name ?? throw Unnamed(folder), type).Format() + Environment.NewLine;
                // On the disk before anybody learns of the key.
                DurableFile.Write(file, System.Text.Encoding.UTF8.GetBytes(made));
            }

            if (!SignerKey.Parse((await File.ReadAllTextAsync(file, token)).Trim()).Is(out var key, out var malformed))
                throw new CommandException($"{file} is no key. {malformed.Reason}.");
            if (key.Type != type || (name is { } given && key.Name != given))
                throw new CommandException($"{file} is the key of {key.Name}; a witness keeps its name.", ExitCode.Usage);
            signers.Add(
                Signatures.Signer(key).Is(out var signer, out malformed) ? signer : throw new CommandException($"{file} is no key. {malformed.Reason}.")
            );
        }

        return signers;
    }

    private static CommandException Unnamed(string folder) =>
        new($"There is no witness in {folder} yet. Name the one to be made by --name, such as witness.example.org/w1.", ExitCode.Usage);
}
