using Orleans.Services;

namespace BookRec.Grains.Interfaces.Models;

/// <summary>
/// The model in one silo's memory: the snapshot in use and the one being prepared. One per silo; addressed by silo, never broadcast,
/// because every silo must answer.
/// </summary>
[Alias("bookrec.IModelHost")]
public interface IModelHost : IGrainService
{
    /// <summary>Loads and checks a version beside the one in use. Idempotent.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Unprocessable"/> when the artifact is truncated, corrupt or of the wrong shape.</exception>
    [Alias("Prepare"), Idempotent, ResponseTimeout("00:02:00")]
    Task Prepare(ModelVersion version);

    /// <summary>Swaps to a version, loading it first where it was not prepared. Idempotent.</summary>
    [Alias("Activate"), Idempotent, ResponseTimeout("00:02:00")]
    Task Activate(ModelVersion version);

    /// <summary>Makes a new, changed or deleted book known to this silo's ranking at once.</summary>
    [Alias("RefreshBook"), Idempotent, ResponseTimeout("00:00:10")]
    Task RefreshBook(long bookId);
}
