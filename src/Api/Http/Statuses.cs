using Domain.Statistics;

namespace Api.Http;

/// <summary>Whether the data support a number, in the API's words.</summary>
public static class Statuses
{
    public static string Spelling(StatisticStatus status) => status == StatisticStatus.Computed ? "ok" : Parameters.Spelling(status);
}
