using EmbeddedPostgres;

namespace Api.Running;

/// <summary>What a service says once it is ready: what to open, what to type, and where everything lies.</summary>
public static class FirstScreen
{
    /// <param name="address">Where it answers.</param>
    /// <param name="embedded">The PostgreSQL of its own.</param>
    /// <param name="hasCatalogue">Whether the built-in catalogue is there to be looked at.</param>
    /// <param name="isNew">
    /// Whether the owner's token was issued by this start. It is printed then alone: what a service prints goes into logs, which are kept longer and
    /// read by more than the file that the token is in.
    /// </param>
    public static string OfEmbedded(string address, EmbeddedMode embedded, bool hasCatalogue, bool isNew)
    {
        var token = isNew
            ? $"{File.ReadAllText(embedded.TokenFile).Trim()}   (of owner, who may do everything; shown this once, kept in {embedded.TokenFile})"
            : $"in {embedded.TokenFile} (of owner, who may do everything); 'dotnet run --project src/Api -- tokens issue owner' gives out another";
        var example = hasCatalogue ? "/nato-enlargement-stands-2021/scores" : "";
        return $"""

            Forecasts is ready.

              Open   {address}   (sign in with the token; {address}/docs describes the API)
              Token  {token}
              Data   {embedded.Folder}
              Try    curl -s -H "Authorization: Bearer $(cat {embedded.TokenFile})" {address}/questions{example}
              Then   the tour in README.md: ask a question of your own, forecast, and be scored

            Ctrl+C stops it, its worker and its PostgreSQL.

            """;
    }
}
