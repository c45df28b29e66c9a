using Api.Leaderboards;
using Api.Pages.Frame;
using Api.Pages.Reading;

namespace Api.Pages.LeaderboardPage;

/// <summary>A page of a board.</summary>
/// <param name="Board">The board.</param>
/// <param name="Places">The place of each forecaster of the page as a range, such as 3 to 17.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record LeaderboardModel(LeaderboardAnswer Board, IReadOnlyDictionary<string, (int Best, int Worst)> Places, string? Next);

/// <summary>The page of a leaderboard.</summary>
internal static class LeaderboardPages
{
    private const string Shown = "40";

    public static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value)).ToList();
        if (page.Query("limit") is null)
            query.Add(new("limit", Shown));
        if (page.Query("rule") is null)
            query.Add(new("rule", "brier"));
        var board = await page.GetAsync<LeaderboardAnswer>("/leaderboard", query: query);
        var frame = page.Frame(page.Texts["place.Leaderboard"], Place.Leaderboard) with { HasTimes = true };
        frame = frame with { Forms = [new("JSON", frame.Form(".json")), new("SVG", frame.Form(".svg")), new("PNG", frame.Form(".png"))] };
        return page.Show<LeaderboardView>(
            frame,
            new LeaderboardModel(
                board,
                page.Query("cursor") is null ? Ranges(board) : new Dictionary<string, (int, int)>(),
                board.Next is { } next ? frame.Here(("cursor", next)) : null
            )
        );
    }

    /// <summary>
    /// The places that a forecaster may truly have: above it are only those that are told apart from it. Of two with one rank neither is above the other.
    /// </summary>
    private static Dictionary<string, (int Best, int Worst)> Ranges(LeaderboardAnswer board) =>
        board.Items.ToDictionary(
            i => i.Forecaster,
            i =>
            {
                var above = i.TiedPlaces.Sum(t => Math.Max(0, Math.Min(t.To, i.Rank - 1) - t.From + 1));
                return (i.Rank - above, i.Rank + i.Tied - above);
            },
            StringComparer.Ordinal
        );
}
