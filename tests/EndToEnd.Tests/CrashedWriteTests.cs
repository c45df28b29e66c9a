using System.Globalization;
using System.Net.Http.Json;
using PostgresServer;
using Samples;

namespace EndToEnd.Tests;

/// <summary>A write whose answer was lost in a crash is not done again.</summary>
public sealed class CrashedWriteTests
{
    private const string Token = "a-token-that-only-this-test-uses-9876543210";
    private const int Writers = 8;

    // Every few tries one falls between a commit and its answer; that none of so many does is not to be expected.
    private const int MostTries = 2_000;

    [Fact]
    public async Task A_write_that_was_committed_and_not_answered_is_not_done_again_when_it_is_repeated_after_a_crash()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString };
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] arguments = ["--urls", address, "--Worker:InProcess", "false", "--Access:OwnerToken", Token, "--Catalogue:Load", "false"];
        using var owner = Waiting.Client(address, Token);
        var writers = Enumerable.Range(0, Writers).Select(i => new Writer(owner, $"crash-{i}")).ToList();

        var drafted = false;
        do
        {
            await using var api = ProductProcess.Start("Api", environment, arguments);
            await Waiting.ReadyAsync(owner);
            foreach (var writer in drafted ? [] : writers)
                await Waiting.ProposedAsync(owner, writer.Question, propose: false);
            drafted = true;
            var writing = writers.Select(w => w.WriteUntilCutOffAsync()).ToList();
            var tries = 0;
            do
            {
                Assert.True(tries++ < MostTries, $"Of {MostTries} tries none fell between a commit and its answer.");
                await api.SignalAsync("CONT");
                var before = writers.Sum(w => w.Answered);
                await Waiting.UntilAsync(() => Task.FromResult(writers.Sum(w => w.Answered) > before ? "more" : null), "The service answers no writes.");
                await api.SignalAsync("STOP");
            } while (!await AnyIsUnansweredAsync());
            await api.KillAsync();
            await Task.WhenAll(writing);
        } while (!await AnyIsUnansweredAsync());

        await using var last = ProductProcess.Start("Api", environment, arguments);
        await Waiting.ReadyAsync(owner);
        foreach (var writer in writers)
            await writer.RepeatAllAsync();

        Assert.True(writers.Sum(w => w.AnsweredAfterCrash) > 0, "No write was committed and not answered.");
        foreach (var writer in writers)
        {
            var events = await database.ScalarAsync<long>($"select count(*) from forecasts.mt_events where stream_id = 'forecast/{writer.Question}/owner'");
            // The keys' writes, and the one by which the question was made ready.
            Assert.Equal(writer.Keys + 1, events);
        }

        // A service that stands still is sent nothing and answers nothing. The database still commits what it was told to, and an answer may still be read, so
        // both are looked at until neither moves.
        async Task<bool> AnyIsUnansweredAsync()
        {
            var (committed, answered) = (-1L, -1);
            await Patience.UntilAsync(async () =>
            {
                var before = (committed, answered);
                committed = await database.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id like 'forecast/crash-%'") - Writers;
                answered = writers.Sum(w => w.Answered);
                return (committed, answered) == before;
            });
            return committed > answered;
        }
    }

    /// <summary>Revises its forecast on its question again and again, each time under a new key, and repeats what it got no answer to.</summary>
    private sealed class Writer(HttpClient client, string question)
    {
        private readonly List<string?> _answers = [];

        public string Question => question;

        public int Keys => _answers.Count;

        public int Answered { get; private set; }

        /// <summary>Writes whose first answer was lost in a crash, and which had been done all the same.</summary>
        public int AnsweredAfterCrash { get; private set; }

        public async Task WriteUntilCutOffAsync()
        {
            try
            {
                while (true)
                {
                    var unanswered = _answers.Count > 0 && _answers[^1] is null;
                    if (!unanswered)
                        _answers.Add(null);
                    var (text, replayed) = await SendAsync(_answers.Count - 1);
                    if (unanswered && replayed)
                        AnsweredAfterCrash++;
                    _answers[^1] = text;
                    Answered++;
                }
            }
            catch (HttpRequestException)
            {
                // The service was killed.
            }
        }

        /// <summary>Repeats every write, and holds the answers against those that were given the first time.</summary>
        public async Task RepeatAllAsync()
        {
            for (var i = 0; i < _answers.Count; i++)
            {
                var (text, replayed) = await SendAsync(i);
                if (_answers[i] is { } first)
                    Assert.Equal((first, true), (text, replayed));
                else if (replayed)
                    AnsweredAfterCrash++;
            }
        }

        private async Task<(string Text, bool Replayed)> SendAsync(int i)
        {
            var probability = 0.001 * (1 + (i % 999));
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/questions/{question}/forecast") { Content = JsonContent.Create(new { probability }) };
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{question}-{i}"));
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, text);
            return (text, response.Headers.Contains("Idempotent-Replayed"));
        }
    }
}
