using Store.Importing;

namespace Api.Imports;

/// <summary>An import, as far as it has come.</summary>
/// <param name="Id">The name by which it is addressed.</param>
/// <param name="Kind">What the file holds.</param>
/// <param name="Format">The form of the file.</param>
/// <param name="Status">Whether it is running, has succeeded or has failed.</param>
/// <param name="Read">Rows read.</param>
/// <param name="Accepted">Rows taken, those included that change nothing.</param>
/// <param name="Refused">Rows refused.</param>
/// <param name="Unchanged">Accepted rows that were there already.</param>
/// <param name="Recorded">Events recorded.</param>
/// <param name="ToScore">Questions that wait to be scored because of it.</param>
/// <param name="Errors">The first refused rows, up to 100.</param>
/// <param name="AllErrors">Where all refused rows are listed.</param>
/// <param name="ImportedBy">Who sent the file.</param>
/// <param name="StartedAt">When the file was received.</param>
/// <param name="FinishedAt">When it ended; null while it is running.</param>
/// <param name="Failure">Why it failed; null where it has not.</param>
public sealed record ImportAnswer(
    string Id,
    ImportKind Kind,
    ImportFormat Format,
    ImportStatus Status,
    long Read,
    long Accepted,
    long Refused,
    long Unchanged,
    long Recorded,
    long ToScore,
    IReadOnlyList<RefusedRow> Errors,
    string AllErrors,
    string ImportedBy,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Failure
)
{
    public static ImportAnswer Of(Import i, IReadOnlyList<RefusedRow> errors) =>
        new(
            i.Id,
            i.Kind,
            i.Format,
            i.Status,
            i.Read,
            i.Accepted,
            i.Refused,
            i.Unchanged,
            i.Recorded,
            i.ToScore,
            errors,
            $"/imports/{i.Id}/errors",
            i.Actor,
            i.StartedAt,
            i.FinishedAt,
            i.Failure
        );
}
