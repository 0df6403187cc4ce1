using BookRec.Grains.Interfaces.Imports;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>Every import ever, one row each.</summary>
public sealed class ImportLog(Database database)
{
    /// <summary>Adds or replaces the import.</summary>
    public Task Save(ImportStatus import, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<ImportStatus?> Find(Guid importId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Imports that say they are uploading or running: after a restart, the broken-off ones.</summary>
    public Task<IReadOnlyList<ImportStatus>> Unfinished(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
