using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;
using Domain.TrackRecords;

namespace Domain.Consensus;

/// <summary>
/// Reads a running crowd's consensus as a forecast: probabilities of options, renormalised to sum to 1, or a cumulative distribution function.
/// </summary>
internal sealed class CrowdReader
{
    private readonly OptionCrowd? _options;
    private readonly CrowdPhases? _phases;

    private CrowdReader(OptionCrowd? options, CrowdPhases? phases, int columns) => (_options, _phases, Columns) = (options, phases, columns);

    /// <summary>The most numbers of one reading; those that are not read are 0.</summary>
    public int Columns { get; }

    /// <summary>How many forecasts stand.</summary>
    public int Count => Crowd.Count;

    public bool IsDistribution => _phases is not null;

    private RunningCrowd Crowd => _options ?? _phases!.Crowd;

    /// <param name="members">The forecasts of the crowd.</param>
    /// <param name="range">The range of a numeric or date question, else null.</param>
    /// <param name="bins">Its bins, else null.</param>
    /// <param name="opensAt">The start of the scheduled lifetime, in ticks.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="skills">The forecasters' records.</param>
    public static CrowdReader Of(CrowdMembers members, QuestionRange? range, OutcomeBins? bins, long opensAt, long closesAt, SkillRecords skills)
    {
        var crowd = new CrowdMember[members.Count];
        for (var i = 0; i < crowd.Length; i++)
            crowd[i] = new CrowdMember(members[i].MadeAt, members[i].Forecaster);
        var weights = new SkillWeights(crowd, skills, opensAt, closesAt);
        if (range is not null && bins is not null)
        {
            var phases = new CrowdPhases(range, bins, members, weights);
            return new CrowdReader(null, phases, phases.Columns);
        }

        var options = members.Count == 0 ? 0 : ((Prediction.Categorical)members[0].Prediction).Probabilities.Length;
        // One of two options is enough: every method treats a probability and its complement alike.
        var columns = new double[options == 2 ? 1 : options][];
        for (var c = 0; c < columns.Length; c++)
            columns[c] = new double[members.Count];
        for (var i = 0; i < members.Count; i++)
        {
            var probabilities = ((Prediction.Categorical)members[i].Prediction).Probabilities;
            for (var c = 0; c < columns.Length; c++)
                columns[c][i] = probabilities[c];
        }

        return new CrowdReader(new OptionCrowd(columns, members.Count, weights), null, options);
    }

    /// <summary>Whether a method can be read off this crowd.</summary>
    public bool Applies(ConsensusMethod method) => !IsDistribution || method.AppliesToDistributions;

    /// <inheritdoc cref="RunningCrowd.Add"/>
    public void Add(int member, long instant)
    {
        if (_options is not null)
            _options.Add(member, instant);
        else
            _phases!.Add(member, instant);
    }

    /// <inheritdoc cref="RunningCrowd.Remove"/>
    public void Remove(int member)
    {
        if (_options is not null)
            _options.Remove(member);
        else
            _phases!.Remove(member);
    }

    /// <inheritdoc cref="RunningCrowd.Reweigh"/>
    public void Reweigh(int member, long instant) => Crowd.Reweigh(member, instant);

    /// <inheritdoc cref="OptionCrowd.MiddleOf"/>
    public (double Lower, double Upper) MiddleOf(int option) => _options!.MiddleOf(option);

    /// <summary>The levels strictly between 0 and 1 that any of the standing forecasts states, rising; none for options.</summary>
    public ReadOnlySpan<double> Levels => _phases is null ? [] : _phases.Levels;

    /// <summary>What a method says of those who stand; there must be somebody.</summary>
    public void Read(ConsensusMethod method, Span<double> into)
    {
        if (_phases is not null)
        {
            var count = _phases.Grid.Count;
            method.Read(_phases.Crowd, into[..count]);
            into[count..].Clear();
            return;
        }

        if (into.Length == 2)
        {
            method.Read(_options!, into[..1]);
            into[1] = 1 - into[0];
            return;
        }

        method.Read(_options!, into);
        var sum = CompensatedSum.Of(into);
        for (var c = 0; c < into.Length; c++)
            into[c] = sum > 0 ? into[c] / sum : 1.0 / into.Length;
    }

    /// <summary>A reading of an instant as a distribution; until the next one, or the next coming or going.</summary>
    public StatedDistribution Distribution(ReadOnlySpan<double> reading, long instant) => _phases!.Distribution(reading, instant);

    /// <summary>A reading of an instant as a forecast; until the next coming or going.</summary>
    public Prediction Prediction(ReadOnlySpan<double> reading, long instant) =>
        _phases is null ? new Prediction.Categorical([.. reading]) : _phases.Grid.Quantiles(reading, instant);
}
