using Domain.Importing;
using Domain.Questions;

namespace Worker.Importing;

/// <summary>The position of one file in the outcome logs of its questions, from batch to batch.</summary>
internal sealed class OutcomeLogPlaces
{
    private readonly Dictionary<string, int> _reached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ClaimedOutcome>> _passed = new(StringComparer.Ordinal);
    private object? _turn;
    private Dictionary<string, OutcomeLog> _logs = new(StringComparer.Ordinal);

    /// <summary>Notes a row that an earlier process recorded before it ended.</summary>
    public void Pass(string stream, ClaimedOutcome claim)
    {
        if (!_passed.TryGetValue(stream, out var rows))
            _passed.Add(stream, rows = []);
        rows.Add(claim);
    }

    /// <summary>The logs of the questions of a batch, at the position of the file. A retried batch begins at the same position.</summary>
    /// <param name="turn">The batch.</param>
    /// <param name="questions">Its questions.</param>
    /// <param name="read">The rows that were read from their logs, by the questions' streams.</param>
    public IReadOnlyDictionary<string, OutcomeLog> Begin(object turn, IEnumerable<Question> questions, IReadOnlyDictionary<string, List<LoggedOutcome>> read)
    {
        if (!ReferenceEquals(turn, _turn))
        {
            foreach (var (stream, log) in _logs)
                _reached[stream] = log.At;
        }

        _turn = turn;
        _logs = new Dictionary<string, OutcomeLog>(StringComparer.Ordinal);
        foreach (var question in questions)
        {
            var log = new OutcomeLog(read.GetValueOrDefault(question.Id) ?? [], _reached.GetValueOrDefault(question.Id));
            _logs.Add(question.Id, log);
            if (_reached.ContainsKey(question.Id) || !_passed.TryGetValue(question.Id, out var passed))
                continue;
            // Accepted rows are among those read. Refused rows are not, and do not move the position.
            foreach (var claim in passed)
                log.Repeats(new LoggedOutcome(ImportedOutcomes.Spelled(question, claim).Outcome, claim.KnownAt));
        }

        return _logs;
    }
}
