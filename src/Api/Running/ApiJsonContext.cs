using System.Text.Json.Serialization;
using Api.Forecasts;
using Api.Paging;
using Api.Scores;
using Api.Serialization;

namespace Api.Running;

/// <summary>Generated reading and writing of the bodies that come and go most; the rules are those of <see cref="ContractJson"/>.</summary>
[JsonSerializable(typeof(ForecastBody))]
[JsonSerializable(typeof(ForecastLine))]
[JsonSerializable(typeof(ForecastAnswer))]
[JsonSerializable(typeof(ForecastLineAnswer))]
[JsonSerializable(typeof(Page<ForecastAnswer>))]
[JsonSerializable(typeof(HistoryAnswer))]
[JsonSerializable(typeof(ScoresAnswer))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
