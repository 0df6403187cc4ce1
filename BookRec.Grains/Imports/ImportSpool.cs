using BookRec.Grains.Options;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Imports;

/// <summary>Where this silo keeps uploaded files until they are read: a folder for each import, named by its id.</summary>
public sealed class ImportSpool(IOptions<ImportOptions> options)
{
    private const string NameFormat = "N";

    public string FolderOf(Guid import) => Path.Combine(options.Value.SpoolDirectory!, import.ToString(NameFormat));

    /// <summary>Deletes an import's files, if there are any.</summary>
    public void Delete(Guid import)
    {
        if (Directory.Exists(FolderOf(import)))
            Directory.Delete(FolderOf(import), recursive: true);
    }

    /// <summary>Deletes the files of every import: for a silo that starts, since nobody reads on what it left behind when it died.</summary>
    public void Empty()
    {
        if (!Directory.Exists(options.Value.SpoolDirectory))
            return;
        foreach (var folder in Directory.GetDirectories(options.Value.SpoolDirectory))
        {
            // Somebody may keep other things there.
            if (Guid.TryParseExact(Path.GetFileName(folder), NameFormat, out var import))
                Delete(import);
        }
    }
}
