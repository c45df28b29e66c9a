namespace Benchmarks.Service;

/// <summary>Fills a store for later measurements, which the service's benchmark takes by <c>--store FOLDER</c>.</summary>
internal static class FillBigStore
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length == 0 || (args.Length > 1 ? args[1] : DataSets.Folder("fivethirtyeight-all")) is not { } data)
        {
            Console.Error.WriteLine("Name the folder to fill, and that of a data set with questions, forecasts and outcomes.");
            return 2;
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var store = await BigStore.OpenAsync(args[0], data);
        var events = await store.ScalarAsync<long>("select count(*) from forecasts.mt_events");
        Console.WriteLine($"{events:n0} events, {clock.Elapsed.TotalSeconds:0} s");
        return 0;
    }
}
