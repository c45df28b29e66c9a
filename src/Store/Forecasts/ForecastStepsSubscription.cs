using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Services;
using Marten.Subscriptions;
using Store.Scores;

namespace Store.Forecasts;

/// <summary>
/// Keeps every step of every forecast as a row, by forecaster and by question, so that one analyst's steps on ten thousand questions are one range of
/// an index. The rows are made of the events where both lie, by a statement over the stretch that the daemon hands over: that follows an import of
/// a million forecasts, whose events would else all be carried here and back.
/// </summary>
/// <remarks>The events are read past the event store: an upcaster of theirs belongs here too.</remarks>
public sealed class ForecastStepsSubscription : SubscriptionBase
{
    /// <summary>The longest stretch of sequence numbers that one statement goes over.</summary>
    private const long Stretch = 50_000;

    private static readonly string Insert =
        $"""
        insert into {ScoreViews.Steps} (forecaster, sequence, question, kind, made_at, expires_at, yes, probabilities, levels, places)
        select e.data ->> 'analyst', e.seq_id, e.data ->> 'question', e.data ->> 'kind', {Instant("madeAt")}, {Instant("expiresAt")}, (s.stated ->> 'probability')::double precision,
            {Numbers("s.stated -> 'probabilities'", "n #>> '{}'")}, {Numbers("s.stated -> 'quantiles'", "n ->> 'level'")}, {Numbers("s.stated -> 'quantiles'", "n ->> 'value'")}
        from {ForecastStore.Schema}.mt_events e cross join lateral (select e.data -> 'statement' as stated) s
        where e.seq_id > ? and e.seq_id <= ? and e.type in ('forecast_submitted', 'forecast_revised', 'forecast_withdrawn') and not e.is_archived and not coalesce(e.is_skipped, false)
        order by e.seq_id
        """;

    public ForecastStepsSubscription()
    {
        Name = ForecastStepsProjection.ShardName;
        // Nothing is ever archived here: the daemon says how far there are events, and carries none of them.
        IncludeType<Archived>();
    }

    public override Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        for (var from = page.SequenceFloor; from < page.SequenceCeiling; from += Stretch)
        {
            operations.QueueSqlCommand(Insert, from, Math.Min(from + Stretch, page.SequenceCeiling));
        }

        return Task.FromResult(NullChangeListener.Instance);
    }

    // To the microsecond, the rest cut off as everywhere; a cast alone would round. Only with seven digits is the text longer than 32 characters.
    private static string Instant(string field) =>
        $"(case when length(e.data ->> '{field}') > 32 then left(e.data ->> '{field}', 26) || right(e.data ->> '{field}', 6) else e.data ->> '{field}' end)::timestamptz";

    private static string Numbers(string list, string number) =>
        $"case when jsonb_typeof({list}) = 'array' then array(select ({number})::double precision from jsonb_array_elements({list}) with ordinality as l (n, place) order by place) end";
}
