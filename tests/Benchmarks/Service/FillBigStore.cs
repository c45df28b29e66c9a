using Benchmarks.Importing;

namespace Benchmarks.Service;

/// <summary>Fills a store for later measurements, which the service's benchmark takes by <c>--store FOLDER</c>.</summary>
internal static class FillBigStore
{
    public static async Task<int> RunAsync(string[] args)
    {
        var folders = args.TakeWhile(a => a != "--times").ToList();
        if (folders.Count == 0 || (folders.Count > 1 ? folders[1] : DataSetFiles.Beside("fivethirtyeight-all")) is not { } data)
        {
            Console.Error.WriteLine(
                "Name the folder to fill, and that of a data set with questions, forecasts and outcomes; --times N for the whole of it N times over."
            );
            return 2;
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var store = await BigStore.OpenAsync(folders[0], data, Options.Number(args, "--times") ?? 1);
        var events = await store.ScalarAsync<long>("select count(*) from forecasts.mt_events");
        Console.WriteLine($"{events:n0} events, {clock.Elapsed.TotalSeconds:0} s");
        return 0;
    }
}
