using System.Text.Json.Serialization;
using Domain.Erasures;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;

namespace Store.Events;

/// <summary>The JSON of every event, by generated code. The text is the same as that of the event store's serializer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QuestionDrafted))]
[JsonSerializable(typeof(QuestionEdited))]
[JsonSerializable(typeof(DraftDropped))]
[JsonSerializable(typeof(QuestionOpened))]
[JsonSerializable(typeof(OptionsNamed))]
[JsonSerializable(typeof(CriteriaClarified))]
[JsonSerializable(typeof(CloseRescheduled))]
[JsonSerializable(typeof(QuestionClosed))]
[JsonSerializable(typeof(EvidenceLogged))]
[JsonSerializable(typeof(ResolutionProposed))]
[JsonSerializable(typeof(ResolutionRejected))]
[JsonSerializable(typeof(QuestionResolved))]
[JsonSerializable(typeof(ResolutionDisputed))]
[JsonSerializable(typeof(ResolutionCorrected))]
[JsonSerializable(typeof(ResolutionTakenBack))]
[JsonSerializable(typeof(QuestionAnnulled))]
[JsonSerializable(typeof(ForecastSubmitted))]
[JsonSerializable(typeof(ForecastRevised))]
[JsonSerializable(typeof(ForecastWithdrawn))]
[JsonSerializable(typeof(ForecastRevealed))]
[JsonSerializable(typeof(ForecastExpired))]
[JsonSerializable(typeof(QuestionScored))]
[JsonSerializable(typeof(AnalystRegistered))]
[JsonSerializable(typeof(RolesChanged))]
[JsonSerializable(typeof(TokenIssued))]
[JsonSerializable(typeof(TokenRevoked))]
[JsonSerializable(typeof(PersonErased))]
[JsonSerializable(typeof(TextsErased))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
