using Domain.Catalogue;
using Npgsql;
using Store.Views;

namespace Store.Importing;

/// <summary>The progress of the catalogue from its events to the leaderboards.</summary>
public static class CatalogueProgress
{
    private static readonly string[] Slugs = [.. BriefCatalogue.Questions.Select(q => q.Slug)];

    /// <summary>Whether the leaderboards contain the scores of the catalogue and the steps of its forecasts.</summary>
    public static async Task<bool> IsShownAsync(NpgsqlDataSource database, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select (select count(*) from {ScoreViews.Questions} where question = any($1) and generation is not null) = $2
               and exists (select from {ScoreViews.Steps} where forecaster = $3)
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = Slugs });
        command.Parameters.Add(new NpgsqlParameter { Value = (long)Slugs.Length });
        command.Parameters.Add(new NpgsqlParameter { Value = BriefCatalogue.Document });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) && reader.GetBoolean(0);
    }
}
