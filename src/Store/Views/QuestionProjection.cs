using Domain.Questions;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Store.Views;

/// <summary>Keeps each question's state as a document, in the transaction that appends to its stream.</summary>
public sealed partial class QuestionProjection : SingleStreamProjection<Question, string>
{
    public override Question? Evolve(Question? snapshot, string id, IEvent e) => Question.Folded(snapshot, id, e.Data, e.Id, e.Version);
}
