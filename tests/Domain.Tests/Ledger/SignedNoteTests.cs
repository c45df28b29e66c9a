using System.Text;
using CsCheck;
using Domain.Ledger.Notes;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Signed notes: the specification's example and what is refused.</summary>
public sealed class SignedNoteTests
{
    private const string ExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string Example =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    private static readonly Ed25519NoteVerifier ExampleVerifier = new Ed25519NoteVerifier(VerifierKey.Parse(ExampleKey).Value, Signatures.Algorithms.Ed25519);

    [Fact]
    public void The_example_of_the_specification_holds()
    {
        var note = Read(Example).Value;

        Assert.Equal("This is an example message.\n", note.Text);
        Assert.Equal(new VerifiedSignature(ExampleVerifier.Key, null), Assert.Single(note.Verify([ExampleVerifier]).Value));
        Assert.Equal(Example, note.ToString());
        Assert.Equal(ExampleKey, ExampleVerifier.Key.ToString());
    }

    [Fact]
    public void A_note_with_another_text_is_refused() =>
        Assert.Contains(
            "does not hold",
            Read(Example.Replace("example message", "forged message", StringComparison.Ordinal)).Value.Verify([ExampleVerifier]).Reason
        );

    [Fact]
    public void A_note_that_nobody_known_signed_is_refused()
    {
        var stranger = Keys.Signer("example.com/foo", SignatureType.Ed25519).Verifier();

        Assert.Contains("No trusted key", Read(Example).Value.Verify([stranger]).Reason);
        Assert.Contains("No trusted key", Read(Example).Value.Verify([]).Reason);
    }

    [Fact]
    public void Signatures_by_others_are_ignored_and_one_that_does_not_hold_refuses_the_note()
    {
        var (ours, theirs) = (Keys.Signer("a.example", SignatureType.Ed25519, 1), Keys.Signer("b.example", SignatureType.Ed25519, 2));
        var note = new SignedNote("text\n", [ours.Sign("text\n", 0), theirs.Sign("another text\n", 0)]);

        Assert.Null(note.Verify([ours.Verifier()]).Reason);
        Assert.Contains("b.example", note.Verify([ours.Verifier(), theirs.Verifier()]).Reason);
    }

    [Fact]
    public void The_last_empty_line_parts_text_and_signatures()
    {
        var signer = Keys.Signer("a.example", SignatureType.Ed25519);
        var text = "one\n\n— not a signature\n\nthree\n";
        var note = Read(new SignedNote(text, [signer.Sign(text, 0)]).ToString()).Value;

        Assert.Equal(text, note.Text);
        Assert.Single(note.Verify([signer.Verifier()]).Value);
    }

    [Fact]
    public void A_signer_key_gives_the_verifier_key_that_belongs_to_it()
    {
        var key = LedgerFiles.GoldenJson("keys.json").GetProperty("log");
        var signer = Signatures.Signer(SignerKey.Parse(key.GetProperty("skey").GetString()!).Value).Value;

        Assert.Equal(key.GetProperty("vkey").GetString(), signer.Key.ToString());
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        (
            from text in Gen.String[Gen.Char["abc \n—é+"], 0, 30]
            from names in Gen.String[Gen.Char["abc/.é—"], 1, 8].Array[1, 5]
            from bytes in Gen.Byte.Array[1, 100]
            select new SignedNote($"{text}\n", [.. names.Select((n, i) => new NoteSignature(KeyName.Parse(n).Value, (uint)i, bytes))])
        ).Sample(note => Assert.Equal(note.ToString(), SignedNote.Parse(note.Format()).Value.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— a AAAAAAE=")]
    [InlineData("text\n\n— a AAAAAAE=\n\n")]
    [InlineData("text\n\n— a AAAAAA==\n")]
    [InlineData("text\n\n— a AAAAAAE\n")]
    [InlineData("text\n\n— a AAAAAAF=\n")]
    [InlineData("text\n\n- a AAAAAAE=\n")]
    [InlineData("text\n\n— a  AAAAAAE=\n")]
    [InlineData("text\n\n— a b AAAAAAE=\n")]
    [InlineData("text\n\n— a+b AAAAAAE=\n")]
    [InlineData("text\n\n— a\u00a0b AAAAAAE=\n")]
    [InlineData("text\n\n—  AAAAAAE=\n")]
    [InlineData("te\txt\n\n— a AAAAAAE=\n")]
    [InlineData("te\rxt\n\n— a AAAAAAE=\n")]
    [InlineData("te\0xt\n\n— a AAAAAAE=\n")]
    public void What_is_no_note_is_refused(string text) => Assert.NotNull(Read(text).Reason);

    [Fact]
    public void What_is_too_much_or_no_text_is_refused()
    {
        Assert.NotNull(SignedNote.Parse([0xc3, 0x28, (byte)'\n', (byte)'\n', (byte)'x', (byte)'\n']).Reason);
        Assert.NotNull(SignedNote.Parse(new byte[SignedNote.MostBytes + 1]).Reason);
        var many = string.Concat(Enumerable.Repeat("— a AAAAAAE=\n", SignedNote.MostSignatures));
        Assert.Null(Read($"text\n\n{many}").Reason);
        Assert.NotNull(Read($"text\n\n{many}— a AAAAAAE=\n").Reason);
    }

    private static Domain.Ledger.Text.Parsed<SignedNote> Read(string note) => SignedNote.Parse(Encoding.UTF8.GetBytes(note));
}
