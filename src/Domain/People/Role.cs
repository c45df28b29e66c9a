namespace Domain.People;

/// <summary>What a person may do.</summary>
public enum Role
{
    /// <summary>Forecasts.</summary>
    Analyst,

    /// <summary>Writes questions.</summary>
    Editor,

    /// <summary>Logs outcomes and evidence, proposes and confirms resolutions.</summary>
    Resolver,

    /// <summary>Brings history in.</summary>
    Importer,

    /// <summary>Reads the audit trail.</summary>
    Auditor,

    /// <summary>Keeps people and their tokens.</summary>
    Admin,
}
