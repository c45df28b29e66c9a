namespace Domain.Tests.Oracles;

/// <summary>Each kind of worked numbers is read by a test, or left out for a reason that stands here.</summary>
public sealed class EveryKind
{
    private static readonly string[] Read =
    [
        "auc",
        "auc_paired",
        "binary_brier",
        "binomial_interval",
        "bootstrap",
        "cluster_bootstrap",
        "cluster_se",
        "corp_bands",
        "corp_decomposition",
        "corp_weighted",
        "cox_calibration",
        "crps",
        "difficulty_adjusted",
        "interval_score",
        "invalid_input",
        "log_score",
        "metaculus_aggregation",
        "metaculus_aib_spot",
        "metaculus_baseline",
        "metaculus_geometric_mean",
        "metaculus_peer",
        "metaculus_spot_baseline",
        "metaculus_spot_peer",
        "multicategory_brier",
        "multiple_testing",
        "murphy_decomposition",
        "murphy_diagram",
        "ordered_brier",
        "pav_isotonic",
        "quantile_score",
        "relative_brier_daily",
        "reliability_bins",
        "sign_flip_permutation",
        "skill_score",
        "spherical_score",
        "spiegelhalter",
        "time_averaged_brier",
        "wis",
        "words_of_estimative_probability",
    ];

    private static readonly Dictionary<string, string> LeftOut = new(StringComparer.Ordinal)
    {
        ["calibration_bands_honest"] =
            "The band reported is the one by resampling questions under calibration; bands that hold simultaneously in finite samples are another.",
        ["confidence_sequence"] = "Two analysts are compared once, by an interval and a permutation test; nothing is watched as it comes in.",
        ["diebold_mariano"] = "Two analysts are compared by the permutation test, which asks for no law of a long series.",
        ["evalue_calibration"] = "Calibration is tested once, by resampling; nothing is bet on it.",
        ["evalue_forecast_dominance"] = "Two analysts are compared by the permutation test; nothing is bet on them.",
        ["metaculus_calibration_curve"] = "The source weighs by how long a forecast stood over all questions; here a question weighs 1.",
        ["metaculus_head_to_head_skill"] = "Boards rank by shrunk sums, not by a regression on pairs.",
        ["metaculus_leaderboard"] = "The source weighs questions and shares out prizes, which no board here does.",
        ["mixture_boundary"] = "It bounds a confidence sequence, which is left out too.",
    };

    [Fact]
    public void Every_kind_is_read_or_left_out_for_a_reason()
    {
        Assert.Empty(Cases.Kinds.Except(Read).Except(LeftOut.Keys));
        Assert.Empty(Read.Intersect(LeftOut.Keys));
        Assert.All(Read.Where(Cases.Kinds.Contains), kind => Assert.NotEmpty(Cases.Named(kind)));
    }
}
