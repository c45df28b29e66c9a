namespace Api.Running;

/// <summary>What a service says once it is ready: what to open, what to type, and where everything lies.</summary>
public static class FirstScreen
{
    /// <param name="address">Where it answers.</param>
    /// <param name="embedded">The PostgreSQL of its own.</param>
    /// <param name="hasCatalogue">Whether the built-in catalogue is there to be looked at.</param>
    public static string OfEmbedded(string address, EmbeddedMode embedded, bool hasCatalogue) =>
        $"""

            Forecasts is ready.

              Open   {address}/docs
              Token  {File.ReadAllText(embedded.TokenFile).Trim()}   (of owner, who may do everything; kept in {embedded.TokenFile})
              Data   {embedded.Folder}
              Try    curl -s -H "Authorization: Bearer $(cat {embedded.TokenFile})" {address}/questions{(
                hasCatalogue ? "/nato-enlargement-stands-2021/scores" : ""
            )}
              Then   the tour in README.md: ask a question of your own, forecast, and be scored

            Ctrl+C stops it, its worker and its PostgreSQL.

            """;
}
