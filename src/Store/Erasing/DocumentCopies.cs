using Domain;
using Domain.Questions;
using Marten;
using Store.Views;

namespace Store.Erasing;

/// <summary>The copies of texts in documents.</summary>
internal sealed class DocumentCopies(IDocumentSession session, CancellationToken token)
{
    /// <summary>Makes the documents of questions once more from their events, as a rebuild would.</summary>
    /// <param name="streams">The streams in which something was erased. Those of forecasts have no document; an analyst's says itself what was erased.</param>
    public async Task FoldAgainAsync(IReadOnlyCollection<string> streams)
    {
        var projection = new QuestionProjection();
        foreach (var stream in streams.Where(StreamKeys.IsQuestion))
        {
            Question? question = null;
            foreach (var e in await session.Events.FetchStreamAsync(stream, token: token))
                question = projection.Evolve(question, stream, e);
            if (question is null)
                continue;
            // Nothing but texts is changed, so that the columns beside the document stay.
            session.QueueSqlCommand(
                $"update {ForecastStore.Schema}.mt_doc_question set data = cast(? as jsonb) where id = ?",
                session.DocumentStore.Options.Serializer().ToJson(question),
                stream
            );
        }
    }
}
