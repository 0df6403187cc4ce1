using BookRec.Grains.Interfaces.Imports;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>Every import ever, one row each.</summary>
public sealed class ImportLog(Database database)
{
    private static readonly DetailsTable s_table = new("imports");

    /// <summary>Adds or replaces the import.</summary>
    public Task Save(ImportStatus import, CancellationToken cancellationToken = default)
        => database.Write(session => s_table.Save(session, import.Id, import.State.ToString(), import.StartedAt, import), cancellationToken);

    public Task<ImportStatus?> Find(Guid importId, CancellationToken cancellationToken = default)
        => database.Read(session => s_table.Find<ImportStatus>(session, importId), cancellationToken);

    /// <summary>Imports that say they are uploading or running: after a restart, the broken-off ones.</summary>
    public Task<IReadOnlyList<ImportStatus>> Unfinished(CancellationToken cancellationToken = default)
        => database.Read(
            session => s_table.InStates<ImportStatus>(session, [nameof(ImportState.Uploading), nameof(ImportState.Running)]), cancellationToken);
}
