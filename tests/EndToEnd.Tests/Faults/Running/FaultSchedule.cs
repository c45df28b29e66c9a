namespace EndToEnd.Tests.Faults.Running;

/// <summary>The faults of a run, by its seed: the same seed gives the same ones.</summary>
internal static class FaultSchedule
{
    // Two of three are kills. A long schedule repeats the deck, each time in another order.
    private static readonly (FaultKind Kind, int Times)[] Deck =
    [
        (FaultKind.ApiKilled, 13),
        (FaultKind.WorkerKilled, 12),
        (FaultKind.DatabaseKilled, 9),
        (FaultKind.BackendKilled, 6),
        (FaultKind.ApiFrozen, 2),
        (FaultKind.WorkerFrozen, 2),
        (FaultKind.DatabaseFrozen, 2),
        (FaultKind.DatabaseStoppedImmediately, 2),
        (FaultKind.DatabaseRestarted, 1),
        (FaultKind.ClientsCut, 2),
        (FaultKind.ClientsDelayed, 1),
        (FaultKind.ClientsHalfOpen, 1),
        (FaultKind.DatabaseCut, 2),
        (FaultKind.DatabaseDelayed, 1),
        (FaultKind.DatabaseHeld, 1),
        (FaultKind.DatabaseHalfOpen, 1),
        (FaultKind.DiskFull, 1),
        (FaultKind.ClockStepped, 1),
        (FaultKind.PowerLost, 6),
        (FaultKind.DiskFailing, 2),
    ];

    /// <param name="seed">What it follows from.</param>
    /// <param name="count">How many faults.</param>
    /// <param name="isPossible">Whether this machine can bring a kind about; what it cannot is left out, and the others keep their order.</param>
    /// <exception cref="ArgumentException">No fault of the deck is possible.</exception>
    public static IReadOnlyList<Fault> Of(int seed, int count, Func<FaultKind, bool> isPossible)
    {
        if (count > 0 && !Deck.Any(d => isPossible(d.Kind)))
            throw new ArgumentException("None of the faults is possible here.", nameof(isPossible));
        var random = new Random(seed);
        var faults = new List<Fault>();
        while (faults.Count < count)
        {
            var deck = Deck.SelectMany(d => Enumerable.Repeat(d.Kind, d.Times)).ToArray();
            random.Shuffle(deck);
            foreach (var kind in deck)
            {
                // Drawn for every card, so that what a machine leaves out moves nothing else.
                var (choice, quiet, lasts) = (random.Next(1 << 20), random.NextDouble(), random.NextDouble());
                if (isPossible(kind) && faults.Count < count)
                    faults.Add(new Fault(faults.Count + 1, kind, choice, TimeSpan.FromSeconds(0.2 + (0.6 * quiet)), Length(kind, lasts)));
            }
        }

        return faults;
    }

    private static TimeSpan Length(FaultKind kind, double share) =>
        kind switch
        {
            // Past the 10 s after which another node takes over, in half of the cases.
            FaultKind.WorkerFrozen => TimeSpan.FromSeconds(6 + (8 * share)),
            FaultKind.DatabaseStoppedImmediately or FaultKind.DatabaseRestarted => TimeSpan.FromSeconds(0.2 + share),
            _ => TimeSpan.FromSeconds(1 + (2 * share)),
        };
}
