namespace EmbeddedPostgres;

/// <summary>The service could not start; the message says why, and what to do.</summary>
public sealed class StartException(string message) : Exception(message);
