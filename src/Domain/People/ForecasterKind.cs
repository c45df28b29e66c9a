namespace Domain.People;

/// <summary>Who or what makes a forecast.</summary>
public enum ForecasterKind
{
    /// <summary>A human analyst.</summary>
    Person,

    /// <summary>A program that forecasts by itself.</summary>
    Bot,

    /// <summary>A published document whose stated likelihoods are read as forecasts.</summary>
    Document,

    /// <summary>A baseline computed by a formula.</summary>
    Reference,

    /// <summary>An aggregate of the forecasts of persons and bots.</summary>
    Consensus,
}
