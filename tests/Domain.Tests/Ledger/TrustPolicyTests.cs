using System.Text;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Policies that say whose signatures are enough.</summary>
public sealed class TrustPolicyTests
{
    private static readonly INoteSigner Log = Keys.Signer(Keys.Origin, SignatureType.Ed25519, 1);

    /// <summary>Six witnesses, three of them with ML-DSA-44 keys.</summary>
    private static readonly INoteSigner[] Witnesses =
    [
        .. Enumerable
            .Range(0, 6)
            .Select(i => Keys.Signer($"witness.example/{i}", i < 3 ? SignatureType.Ed25519Cosignature : SignatureType.MlDsa44Cosignature, (byte)(10 + i))),
    ];

    /// <summary>The example of the specification: two of X1 to X3, and one of Y1 to Y3.</summary>
    private static readonly string Example = $"""
        log {Log.Key}

        witness X1 {Witnesses[0].Key}
        witness X2 {Witnesses[1].Key}
        witness X3 {Witnesses[2].Key}
        group X-witnesses 2 X1 X2 X3

        witness Y1 {Witnesses[3].Key}
        witness Y2 {Witnesses[4].Key}
        witness Y3 {Witnesses[5].Key}
        group Y-witnesses any Y1 Y2 Y3

        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    [Theory]
    [InlineData("0 1 3", true)]
    [InlineData("1 2 5", true)]
    [InlineData("0 1 2 3 4 5", true)]
    [InlineData("0 1 2", false)]
    [InlineData("0 3", false)]
    [InlineData("3 4 5", false)]
    [InlineData("", false)]
    public void The_example_of_the_specification_wants_two_of_one_group_and_one_of_the_other(string cosigned, bool isValid)
    {
        var by = cosigned.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => Witnesses[int.Parse(i, null)]).ToList();
        var verdict = Read(Example).Value.Evaluate(SignedBy([Log, .. by]), Signatures.Algorithms);

        Assert.Equal(isValid, verdict.Reason is null);
        if (isValid)
        {
            Assert.Equal(by.Select(w => w.Key), verdict.Value.Witnesses.Select(w => w.Witness.Key));
            Assert.All(verdict.Value.Witnesses, w => Assert.Equal(1_700_000_000, w.Timestamp));
        }
    }

    [Fact]
    public void A_checkpoint_that_its_log_did_not_sign_is_refused()
    {
        var (policy, impostor) = (Read(Example).Value, Keys.Signer(Keys.Origin, SignatureType.Ed25519, 99));

        Assert.NotNull(policy.Evaluate(SignedBy(Witnesses), Signatures.Algorithms).Reason);
        Assert.NotNull(policy.Evaluate(SignedBy([impostor, .. Witnesses]), Signatures.Algorithms).Reason);
    }

    [Fact]
    public void The_key_of_one_log_does_not_sign_for_another()
    {
        var policy = Read($"log {Log.Key}\nlog {Keys.Signer("other.example", SignatureType.Ed25519, 2).Key}\nquorum none\n").Value;
        var checkpoint = SignedCheckpoint.Sign(Keys.Checkpoint(5) with { Origin = "other.example" }, [Log], 0);

        Assert.NotNull(policy.Evaluate(checkpoint, Signatures.Algorithms).Reason);
    }

    [Fact]
    public void A_cosignature_of_a_known_witness_that_does_not_hold_refuses_the_checkpoint()
    {
        var wrong = Witnesses[0].Sign(Keys.Checkpoint(6).Format(), 1_700_000_000);

        Assert.Contains("does not hold", Read(Example).Value.Evaluate(SignedBy([Log, .. Witnesses[1..]]).With([wrong]), Signatures.Algorithms).Reason);
    }

    [Fact]
    public void A_policy_without_logs_takes_those_that_the_application_knows()
    {
        var policy = Read("quorum none\n").Value;

        Assert.NotNull(policy.Evaluate(SignedBy([Log]), Signatures.Algorithms).Reason);
        Assert.Null(policy.Evaluate(SignedBy([Log]), Signatures.Algorithms, [Log.Key]).Reason);
    }

    [Fact]
    public void A_witness_that_cosigns_twice_counts_once()
    {
        var policy = Read($"log {Log.Key}\nwitness a {Witnesses[0].Key}\nwitness b {Witnesses[1].Key}\ngroup g all a b\nquorum g\n").Value;

        Assert.NotNull(policy.Evaluate(SignedBy([Log, Witnesses[0], Witnesses[0]]), Signatures.Algorithms).Reason);
        Assert.Null(policy.Evaluate(SignedBy([Log, Witnesses[0], Witnesses[1]]), Signatures.Algorithms).Reason);
    }

    [Fact]
    public void The_golden_policy_takes_the_golden_checkpoint()
    {
        var policy = PolicyFile.Parse(LedgerFiles.Golden("policy")).Value;
        var checkpoint = SignedCheckpoint.Parse(LedgerFiles.Golden("checkpoint")).Value;

        Assert.Null(policy.Evaluate(checkpoint, Signatures.Algorithms).Reason);
        Assert.Equal("https://log.example/", policy.Logs[0].Url);
    }

    [Fact]
    public void White_space_and_comments_mean_nothing()
    {
        var policy = Read($" # a comment\n\t\n  log\t {Log.Key} \t https://log.example/ \n#quorum x\n quorum none").Value;

        Assert.Equal(("https://log.example/", null), (policy.Logs.Single().Url, policy.Quorum));
    }

    [Fact]
    public void Names_are_octets()
    {
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes($"witness \u212a {Witnesses[0].Key}\nwitness K {Witnesses[1].Key}\nwitness "),
            0xff,
            .. Encoding.UTF8.GetBytes($" {Witnesses[2].Key}\nquorum \u212a\n"),
        ];
        var policy = PolicyFile.Parse(file).Value;

        Assert.Equal(3, policy.Witnesses.Select(w => w.Name).Distinct().Count());
        Assert.Equal(policy.Witnesses[0].Name, policy.Quorum);
        Assert.Equal(file, PolicyFile.Format(policy));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var written = PolicyFile.Format(Read(Example).Value);

        Assert.Equal(written, PolicyFile.Format(PolicyFile.Parse(written).Value));
    }

    public static TheoryData<string> Wrong =>
        [
            "",
            "log\nquorum none\n",
            "quorum none\nquorum none\n",
            "quorum a\n",
            "quorum none none\n",
            "quorum\n",
            "quorum none\r\n",
            "quorum none\0\n",
            "quorum none\x7f\n",
            "qourum none\n",
            "log nonsense\nquorum none\n",
            $"log {Log.Key}\nlog {Log.Key}\nquorum none\n",
            // The same public key, under another name and for another type of signature.
            $"log {Log.Key}\nlog {Keys.Signer("other.example", SignatureType.Ed25519Cosignature, 1).Key}\nquorum none\n",
            $"witness a {Log.Key}\nquorum none\n",
            $"witness a {Witnesses[0].Key}\nwitness b {Witnesses[0].Key}\nquorum none\n",
            $"witness a {Witnesses[0].Key}\nwitness a {Witnesses[1].Key}\nquorum none\n",
            $"witness none {Witnesses[0].Key}\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup a any a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup none any a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g any a a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g any a\ngroup h any a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g any b\nwitness b {Witnesses[1].Key}\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g any g\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g any none\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g 0 a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g 2 a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g 01 a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g some a\nquorum none\n",
            $"witness a {Witnesses[0].Key}\ngroup g any\nquorum none\n",
            $"quorum a\nwitness a {Witnesses[0].Key}\n",
        ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_no_policy_is_refused(string file) => Assert.NotNull(Read(file).Reason);

    [Fact]
    public void A_policy_is_as_large_as_the_specification_asks_for()
    {
        var logs = Enumerable.Range(0, 32).Select(i => $"log {Keys.Signer($"log.example/{i}", SignatureType.Ed25519, (byte)(100 + i)).Key}\n");
        var witnesses = Enumerable
            .Range(0, 32)
            .Select(i => $"witness w{i} {Keys.Signer($"w.example/{i}", SignatureType.Ed25519Cosignature, (byte)(200 + i)).Key}\n");
        var groups = Enumerable.Range(0, 32).Select(i => $"group g{i} any w{i}\n");

        Assert.Null(Read($"{string.Concat(logs)}{string.Concat(witnesses)}{string.Concat(groups)}quorum g31\n").Reason);
        Assert.NotNull(PolicyFile.Parse(new byte[PolicyFile.MostBytes + 1]).Reason);
    }

    private static SignedCheckpoint SignedBy(IEnumerable<INoteSigner> signers) => SignedCheckpoint.Sign(Keys.Checkpoint(5), signers, 1_700_000_000);

    private static Domain.Ledger.Text.Parsed<TrustPolicy> Read(string file) => PolicyFile.Parse(Encoding.UTF8.GetBytes(file));
}
