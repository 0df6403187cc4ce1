using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using Microsoft.Extensions.Logging;

namespace BookRec.Grains.Models;

/// <summary>What the registry keeps. Replaced as a whole, written with its ETag: that write is the commit of every rollout.</summary>
public sealed record RegistryState
{
    public string? Active { get; init; }

    public string? Previous { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelVersion> Versions { get; init; } = [];

    public ModelVersion? Find(string? version) => Versions.FirstOrDefault(v => v.Version == version);

    /// <summary>A version comes in. There is one training at a time, so another that is still a candidate was given up.</summary>
    public RegistryState Receive(ModelVersion version)
    {
        var others = Versions.Select(v => v.Fate == ModelFate.Candidate ? v with { Fate = ModelFate.Rejected, Reason = "Its rollout did not come to an end." } : v);
        return (this with { Versions = [.. others] }).With(version);
    }

    public RegistryState With(ModelVersion version)
        => this with { Versions = [.. Versions.Where(v => v.Version != version.Version).Append(version).OrderByDescending(v => v.Version, StringComparer.Ordinal)] };
}

/// <inheritdoc cref="IModelRegistryGrain"/>
public sealed class ModelRegistryGrain(
    [PersistentState("registry")] IPersistentState<RegistryState> stored, ModelHosts hosts, ModelRetention retention, ILogger<ModelRegistryGrain> log)
    : Grain, IModelRegistryGrain
{
    /// <summary>What is committed: reads interleave with a rollout under way and must not see what is not.</summary>
    private RegistryState _committed = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _committed = stored.State;
        return Task.CompletedTask;
    }

    public Task<RegistryStatus> Status()
        => Task.FromResult(new RegistryStatus(_committed.Find(_committed.Active), _committed.Find(_committed.Previous), _committed.Versions));

    public Task<ModelVersion?> Active() => Task.FromResult(_committed.Find(_committed.Active));

    public async Task Reject(ModelVersion version)
    {
        if (_committed.Find(version.Version) is not { Fate: ModelFate.Pruned })
            await Commit(_committed.Receive(version with { Fate = ModelFate.Rejected }));
        await retention.Sweep(_committed);
    }

    public async Task<ModelVersion> Release(ModelVersion version)
    {
        // Asked again after a crash between the commit and the answer.
        if (_committed.Find(version.Version) is { Fate: not ModelFate.Candidate } known)
            return known;
        await Commit(_committed.Receive(version with { Fate = ModelFate.Candidate }));
        if (await Prepare(version) is { } failure)
        {
            var rejected = version with { Fate = ModelFate.Rejected, Reason = failure };
            await Commit(_committed.With(rejected));
            return rejected;
        }

        var active = await GoLive(version);
        await retention.Sweep(_committed);
        return active;
    }

    public async Task<ModelVersion> Promote(string version)
    {
        var wanted = _committed.Find(version) ?? throw new RejectedException(RejectionKind.NotFound, $"There is no model version {version}.", "version");
        if (wanted.Fate == ModelFate.Active)
            return wanted;
        if (wanted.Fate == ModelFate.Rejected)
            throw new RejectedException(RejectionKind.Conflict, $"Model {version} was rejected and never serves: {wanted.Reason}", "version");
        if (wanted.Fate == ModelFate.Pruned)
            throw new RejectedException(RejectionKind.Conflict, $"The artifact of model {version} was deleted by the retention setting.", "version");
        if (await Prepare(wanted) is { } failure)
            throw new RejectedException(RejectionKind.Conflict, failure, "version");
        return await GoLive(wanted);
    }

    public Task<ModelVersion> Rollback() => _committed.Previous is { } previous
        ? Promote(previous)
        : throw new RejectedException(RejectionKind.Conflict, "There is no previous model to roll back to.");

    /// <returns>Null when every silo has the version ready beside the one in use; otherwise why it can never serve.</returns>
    /// <exception cref="RejectedException">Unavailable when a silo does not answer or cannot read the artifact now: another try may go well.</exception>
    private async Task<string?> Prepare(ModelVersion version)
    {
        var failures = (await hosts.Ask(host => host.Prepare(version))).Where(a => a.Failure is not null).ToList();

        // A silo that is gone by now needs no model; when it comes back it loads the committed version before it is ready.
        failures.RemoveAll(a => !hosts.IsActive(a.Silo));
        if (failures.Count == 0)
            return null;
        var unfit = failures.Find(a => a.Failure is RejectedException { Kind: RejectionKind.Unprocessable });
        var told = unfit ?? failures[0];
        var reason = $"Silo {told.Silo} cannot prepare model {version.Version}: {told.Failure!.Message}";
        return unfit is not null ? reason : throw new RejectedException(RejectionKind.Unavailable, reason);
    }

    private async Task<ModelVersion> GoLive(ModelVersion version)
    {
        var active = version with { Fate = ModelFate.Active, Reason = null };
        var next = _committed.With(active);
        if (_committed.Find(_committed.Active) is { } old)
            next = next.With(old with { Fate = ModelFate.Retired, Reason = $"Replaced by {version.Version}." });
        await Commit(next with { Active = version.Version, Previous = _committed.Active });
        log.LogInformation("Model {ModelVersion} is committed, replacing {Replaced}", version.Version, _committed.Previous ?? "none");
        foreach (var answer in await hosts.Ask(host => host.Activate(active)))
            if (answer.Failure is not null)
                log.LogWarning(answer.Failure, "Silo {Silo} did not take the swap to {ModelVersion}; it will when it polls", answer.Silo, version.Version);
        return active;
    }

    private async Task Commit(RegistryState changed)
    {
        var next = retention.Prune(changed);
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // Whether it was written is not known here: forget everything and read it again on the next activation.
            DeactivateOnIdle();
            throw;
        }

        _committed = next;
    }
}
