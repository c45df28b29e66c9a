using System.Net;
using System.Text;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Witnesses;
using Signing;
using Worker.Witnessing;

namespace Worker.Tests.Witnessing;

/// <summary>What witnesses may answer, the wrong things among them.</summary>
public sealed class WitnessClientTests
{
    private const string Origin = "log.example/forecasts";
    private const int Size = 20;

    private static readonly INoteSigner Log = Signer(Origin, SignatureType.Ed25519);
    private static readonly INoteSigner Witness = Signer("witness.example/w1", SignatureType.Ed25519Cosignature);
    private static readonly SignedCheckpoint Checkpoint = SignedCheckpoint.Sign(new Checkpoint(Origin, Size, MerkleTree.EmptyRoot), [Log], 0);
    private static readonly Answer Cosigns = new(200, "text/plain", $"{Witness.Sign(Checkpoint.Note.Text, 1_700_000_000)}\n");

    [Fact]
    public async Task A_witness_that_tells_another_size_is_sent_the_proof_from_there()
    {
        var (reply, asked) = await AskAsync(0, Told(7), Told(9), Cosigns);

        Assert.Null(reply.Failure);
        Assert.Single(reply.Cosignatures);
        Assert.Equal([0L, 7, 9], asked.Select(a => a.OldSize));
        Assert.Equal([0, 1, 1], asked.Select(a => a.Proof.Count));
        Assert.Equal(Size, reply.KnownSize);
    }

    [Fact]
    public async Task A_witness_that_knows_a_larger_size_says_so()
    {
        var (reply, asked) = await AskAsync(5, Told(21));

        Assert.Equal((21L, false, 0), (reply.KnownSize, reply.Contradicts, reply.Cosignatures.Count));
        Assert.Contains("It has cosigned 21 leaves, and the database has 20", reply.Failure, StringComparison.Ordinal);
        Assert.Single(asked);
    }

    [Fact]
    public async Task Another_tree_of_the_same_size_and_a_proof_that_does_not_lead_on_contradict_the_log()
    {
        Assert.True((await AskAsync(5, Told(Size), Told(Size))).Reply.Contradicts);
        Assert.True((await AskAsync(5, new Answer(422, "text/plain", ""))).Reply.Contradicts);
        Assert.False((await AskAsync(0, new Answer(422, "text/plain", ""))).Reply.Contradicts);
    }

    [Fact]
    public async Task Signatures_by_others_and_false_ones_are_left_out()
    {
        var other = Signer("witness.example/w1", SignatureType.Ed25519Cosignature).Sign(Checkpoint.Note.Text, 1);
        var good = Witness.Sign(Checkpoint.Note.Text, 1);
        var spoilt = good with { Signature = good.Signature.ToArray().Select((b, i) => i == 20 ? (byte)(b ^ 1) : b).ToArray() };

        Assert.Equal(good.ToString(), Assert.Single((await AskAsync(5, Lines(other, good))).Reply.Cosignatures).ToString());
        var refused = (await AskAsync(5, Lines(other, spoilt))).Reply;
        Assert.Equal(("Its answer has no cosignature by its key that holds.", 0), (refused.Failure, refused.Cosignatures.Count));
    }

    [Theory]
    [InlineData(200, "text/plain", "nothing")]
    [InlineData(404, "text/plain", "")]
    [InlineData(500, "text/html", "<html>")]
    [InlineData(302, "text/plain", "")]
    [InlineData(409, "text/plain", "7\n")]
    [InlineData(409, TreeSizeAnswer.MediaType, "07\n")]
    [InlineData(409, TreeSizeAnswer.MediaType, "5\n")]
    public async Task What_is_no_answer_is_a_failure_and_no_contradiction(int status, string type, string body)
    {
        var (reply, _) = await AskAsync(5, new Answer(status, type, body));

        Assert.NotNull(reply.Failure);
        Assert.False(reply.Contradicts);
        Assert.Empty(reply.Cosignatures);
    }

    [Fact]
    public async Task A_witness_that_tells_another_size_each_time_is_not_asked_for_ever()
    {
        var (reply, asked) = await AskAsync(0, Told(3), Told(4), Told(5), Told(6), Told(7), Told(8));

        Assert.Contains("another size each time", reply.Failure, StringComparison.Ordinal);
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public async Task An_answer_without_end_and_a_witness_that_is_silent_are_given_up()
    {
        Assert.Equal("It does not answer.", (await AskAsync(5, new Answer(200, "text/plain", new string('a', 2_000_000)))).Reply.Failure);
        Assert.Equal("It did not answer in time.", (await AskAsync(5, new Answer(0, "", ""))).Reply.Failure);
        using var nobody = new WitnessClient(new AskedWitness("http://127.0.0.1:1", [Witness.Key]), TimeSpan.FromSeconds(5));
        Assert.Equal("It does not answer.", (await nobody.AskAsync(Checkpoint, 0, Proof, TestContext.Current.CancellationToken)).Failure);
    }

    [Fact]
    public void Without_a_policy_one_witness_is_enough_and_one_with_two_keys_is_asked_once()
    {
        var second = Signer("witness.example/w1", SignatureType.MlDsa44Cosignature);
        var witnesses = LogWitnesses.Of([Options("https://w.example/", Witness), Options("https://w.example", second)], null);

        var asked = Assert.Single(witnesses.Asked);
        Assert.Equal(("https://w.example", 2), (asked.Url, asked.Keys.Count));
        Assert.False(witnesses.Suffice(Checkpoint));
        Assert.True(witnesses.Suffice(Checkpoint.With([second.Sign(Checkpoint.Note.Text, 1)])));
    }

    [Fact]
    public void A_policy_says_which_witnesses_suffice()
    {
        var second = Signer("witness.example/w2", SignatureType.Ed25519Cosignature);
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"witness one {Witness.Key} https://one.example/\nwitness two {second.Key}\ngroup both all one two\nquorum both\n");
            var witnesses = LogWitnesses.Of([], file);

            Assert.Equal("https://one.example", Assert.Single(witnesses.Asked).Url);
            var first = Checkpoint.With([Witness.Sign(Checkpoint.Note.Text, 1)]);
            Assert.False(witnesses.Suffice(first));
            Assert.True(witnesses.Suffice(first.With([second.Sign(Checkpoint.Note.Text, 1)])));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("ftp://w.example")]
    [InlineData("w.example")]
    public void A_setting_that_is_not_right_is_named(string url)
    {
        Assert.Contains(url, Assert.Throws<InvalidOperationException>(() => LogWitnesses.Of([Options(url, Witness)], null)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => LogWitnesses.Of([Options("https://w.example", Log)], null));
        Assert.Throws<InvalidOperationException>(() => LogWitnesses.Of([], Path.Combine(Path.GetTempPath(), "no-such-policy")));
    }

    private static WitnessOptions Options(string url, INoteSigner signer) => new() { Url = url, Key = signer.Key.ToString() };

    private static Answer Told(long size) => new(409, TreeSizeAnswer.MediaType, $"{size}\n");

    private static Answer Lines(params NoteSignature[] signatures) => new(200, "text/plain", string.Concat(signatures.Select(s => $"{s}\n")));

    private static Task<ConsistencyProof> Proof(long from, CancellationToken token) =>
        Task.FromResult(new ConsistencyProof(from, Size, from == Size ? [] : [MerkleTree.EmptyRoot]));

    /// <summary>Asks a witness that gives these answers, one after the other; with the status 0 it gives none.</summary>
    private static async Task<(WitnessReply Reply, IReadOnlyList<AddCheckpointRequest> Asked)> AskAsync(long known, params Answer[] answers)
    {
        using var listener = Listen(out var address);
        var asked = new List<AddCheckpointRequest>();
        using var isDone = new ManualResetEventSlim();
        var serving = Task.Run(async () =>
        {
            foreach (var answer in answers)
            {
                HttpListenerContext http;
                try
                {
                    http = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var body = new MemoryStream();
                await http.Request.InputStream.CopyToAsync(body);
                Assert.Equal($"/below/{WitnessPaths.AddCheckpoint}", http.Request.Url!.AbsolutePath);
                asked.Add(AddCheckpointRequest.Parse(body.ToArray()).Value);
                if (answer.Status == 0)
                {
                    isDone.Wait();
                    http.Response.Abort();
                    return;
                }

                (http.Response.StatusCode, http.Response.ContentType) = (answer.Status, answer.Type);
                try
                {
                    await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
                    http.Response.Close();
                }
                catch (HttpListenerException)
                {
                    // It was too much for who asked.
                }
            }
        });
        var timeout = TimeSpan.FromSeconds(Array.Exists(answers, a => a.Status == 0) ? 1 : 60);
        using var client = new WitnessClient(new AskedWitness($"{address}below", [Witness.Key]), timeout);
        var reply = await client.AskAsync(Checkpoint, known, Proof, TestContext.Current.CancellationToken);
        isDone.Set();
        listener.Stop();
        await serving;
        return (reply, asked);
    }

    private static HttpListener Listen(out string address)
    {
        while (true)
        {
            address = $"http://127.0.0.1:{Random.Shared.Next(10_000, 32_000)}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException)
            {
                // Somebody has the port.
                listener.Close();
            }
        }
    }

    private static INoteSigner Signer(string name, SignatureType type) => Signatures.Signer(Signatures.NewKey(KeyName.Parse(name).Value, type)).Value;

    private sealed record Answer(int Status, string Type, string Body);
}
