using Domain.Questions;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Store.Views;

/// <summary>Keeps each question's state as a document, in the transaction that appends to its stream.</summary>
public sealed partial class QuestionProjection : SingleStreamProjection<Question, string>
{
    public override Question? Evolve(Question? snapshot, string id, IEvent e)
    {
        var next = e.Data is QuestionDrafted drafted ? Question.Drafted(id, drafted) : snapshot?.After(e.Data, e.Id);
        return next is null ? null : next with { Version = e.Version };
    }
}
