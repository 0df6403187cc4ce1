using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Options;
using BookRec.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Models;

/// <summary>Which versions keep their artifact: the active and the previous one, and the newest of the others. Of the rest the newest records stay.</summary>
public sealed class ModelRetention(IBlobStore blobs, IOptions<ModelOptions> options, ILogger<ModelRetention> log)
{
    /// <summary>Of the versions without an artifact so many are remembered, newest first; the training log has their runs for ever.</summary>
    public const int KeptRecords = 50;

    private const string Root = "models/";

    /// <summary>
    /// The state with the versions beyond the retention marked as pruned, and without the oldest of those. Their artifacts are deleted by
    /// <see cref="Sweep"/>, after the commit.
    /// </summary>
    public RegistryState Prune(RegistryState state)
    {
        var spare = state.Versions
            .Where(v => v.Version != state.Active && v.Version != state.Previous && v.Fate is ModelFate.Retired or ModelFate.Rejected)
            .OrderByDescending(v => v.Version, StringComparer.Ordinal)
            .Skip(options.Value.KeepArtifacts)
            .Select(v => v.Version)
            .ToHashSet();
        var pruned = state with { Versions = [.. state.Versions.Select(v => spare.Contains(v.Version) ? v with { Fate = ModelFate.Pruned } : v)] };
        var forgotten = pruned.Versions
            .Where(v => v.Fate == ModelFate.Pruned)
            .OrderByDescending(v => v.Version, StringComparer.Ordinal)
            .Skip(KeptRecords)
            .ToHashSet();
        return pruned with { Versions = [.. pruned.Versions.Where(v => !forgotten.Contains(v))] };
    }

    /// <summary>
    /// Deletes the artifacts of pruned versions, and those that nothing refers to because a run was killed while it stored them. What is
    /// older than all that the registry knows is not ours to delete: the bucket may have served another installation.
    /// </summary>
    public async Task Sweep(RegistryState committed)
    {
        if (committed.Versions.Count == 0)
            return;
        var oldest = committed.Versions.Select(v => v.Version).Min(StringComparer.Ordinal)!;
        var kept = committed.Versions.Where(v => v.Fate != ModelFate.Pruned).Select(v => v.Version).ToHashSet();
        try
        {
            var gone = new List<string>();
            await foreach (var key in blobs.List(Root))
                if (VersionOf(key) is var version && !kept.Contains(version) && string.CompareOrdinal(version, oldest) >= 0)
                    gone.Add(key);
            foreach (var key in gone)
                await blobs.Delete(key);
            if (gone.Count > 0)
                log.LogInformation("Retention deleted {Blobs} blobs of models that are no longer kept", gone.Count);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Artifacts that are no longer kept could not be deleted; the next training tries again");
        }
    }

    private static string VersionOf(string key) => key[Root.Length..].Split('/')[0];
}
