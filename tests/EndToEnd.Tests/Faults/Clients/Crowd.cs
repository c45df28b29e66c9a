using System.Globalization;
using EndToEnd.Tests.Faults.History;
using EndToEnd.Tests.Faults.Running;
using EndToEnd.Tests.Faults.Service;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Everybody who uses the service in a run.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int Questions = 6;
    private const string Probed = "probed";

    private readonly List<Client> _clients = [];
    private readonly List<LiveFollower> _followers = [];
    private readonly WebhookReceiver _receiver;
    private readonly CancellationTokenSource _leaving = new();
    private IReadOnlyList<Task> _following = [];

    private Crowd(Readiness readiness, WebhookReceiver receiver) => (Readiness, _receiver) = (readiness, receiver);

    public Readiness Readiness { get; }

    /// <summary>Registers everybody and asks what they will forecast on, before anything breaks.</summary>
    public static async Task<Crowd> ComeAsync(ServiceUnderFaults service, HistoryRecorder recorder, int seed, int calm, CancellationToken token)
    {
        // The founder is client 0.
        var numbers = -1;
        // Each client has random numbers of its own, so that what one asks for does not hang on how fast another was answered.
        (Asking Asking, Random Random) Next(params Uri[] addresses)
        {
            var number = ++numbers;
            var random = new Random((seed * 397) ^ number);
            return (new Asking(number, addresses.Length > 0 ? addresses : service.Addresses, recorder, random), random);
        }

        var setup = new Founder(Next().Asking, new Person("owner", ServiceUnderFaults.OwnerToken)) { GivenUp = token, Calm = calm };
        var questions = Enumerable.Range(1, Questions).Select(i => string.Create(CultureInfo.InvariantCulture, $"arena-{i}")).ToList();
        foreach (var question in questions.Append(Probed))
            await setup.OpenAsync(question);

        var probes = new List<(Asking, Person)>();
        foreach (var address in service.Addresses)
            probes.Add((Next(address).Asking, await setup.RegisterAsync($"probe-{probes.Count + 1}", "analyst")));
        var crowd = new Crowd(new Readiness(probes, Probed), new WebhookReceiver(recorder));

        foreach (var name in (string[])["ana", "bo", "cy"])
        {
            var person = await setup.RegisterAsync(name, "analyst");
            // Two clients of one person write to the same streams.
            for (var i = 0; i < 2; i++)
                crowd.Add(Next(), (a, r) => new Forecaster(a, r, person, questions) { GivenUp = token, Calm = calm });
        }

        async Task<Person> WithAsync(string name, params string[] roles) => await setup.RegisterAsync(name, roles);
        var forecaster = await WithAsync("dee", "analyst");
        var editor = await WithAsync("ed", "editor");
        crowd.Add(Next(), (a, r) => new Batcher(a, r, forecaster, questions) { GivenUp = token, Calm = calm });
        crowd.Add(Next(), (a, r) => new Editor(a, r, editor) { GivenUp = token, Calm = calm });
        for (var i = 1; i <= 2; i++)
        {
            var (one, other) = (await WithAsync($"one-{i}", "resolver"), await WithAsync($"other-{i}", "resolver"));
            crowd.Add(Next(), (a, r) => new Resolvers(a, r, editor, forecaster, one, other) { GivenUp = token, Calm = calm });
        }

        var admin = await WithAsync("ada", "admin");
        crowd.Add(Next(), (a, r) => new PeopleKeeper(a, r, admin) { GivenUp = token, Calm = calm });
        var importer = await WithAsync("im", "importer");
        crowd.Add(Next(), (a, r) => new Importer(a, r, importer) { GivenUp = token, Calm = calm });
        var auditor = await WithAsync("hal", "auditor");
        crowd.Add(Next(), (a, r) => new Historian(a, r, auditor, questions, ["ana", "bo", "cy"]) { GivenUp = token, Calm = calm });
        var (asking, random) = Next();
        var subscriber = new Subscriber(asking, random, auditor, crowd._receiver) { GivenUp = token, Calm = calm };
        await subscriber.RegisterAsync();
        crowd._clients.Add(subscriber);
        for (var i = 1; i <= 2; i++)
            crowd._followers.Add(new LiveFollower(i, service.Addresses, auditor, recorder));
        var log = new LogFollower(service.Addresses, service.LedgerKey, recorder);
        crowd._following =
        [
            .. crowd._followers.Select(f => Task.Run(() => f.RunAsync(crowd._leaving.Token), CancellationToken.None)),
            Task.Run(() => log.RunAsync(crowd._leaving.Token), CancellationToken.None),
        ];
        return crowd;
    }

    /// <summary>The last id that each reader of <c>/live</c> was told of.</summary>
    public IEnumerable<long?> Followed => _followers.Select(f => f.Last);

    /// <summary>Everybody goes on until it is enough, and finishes what they have begun.</summary>
    public Task RunAsync(CancellationToken enough) => Task.WhenAll(_clients.Select(c => Task.Run(() => c.RunAsync(enough), CancellationToken.None)));

    /// <summary>Ends those who only listen, and takes down what came to them.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await Task.WhenAll(_following);
        _receiver.Keep();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await Task.WhenAll(_following);
        await _receiver.DisposeAsync();
        _leaving.Dispose();
    }

    private void Add((Asking Asking, Random Random) its, Func<Asking, Random, Client> client) => _clients.Add(client(its.Asking, its.Random));
}
