using BookRec.Grains;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Models;
using BookRec.Hosting;
using Orleans.Storage;

namespace BookRec.Silo;

/// <summary>
/// Loads the catalogue and the committed model before this silo becomes active and is given grains. The registry grain cannot be called that
/// early, so its state is read as stored: its write is the commit.
/// </summary>
public sealed class CommittedModel(
    ModelSlot slot, [FromKeyedServices("Default")] IGrainStorage storage, IGrainFactory grains, HostSettings host, TimeProvider time,
    ILogger<CommittedModel> log)
    : IStartupTask
{
    /// <summary>As <see cref="ModelRegistryGrain"/> names its state.</summary>
    private const string StateName = "registry";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Execute(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await slot.FollowCatalogue(cancellationToken);
                if (await Committed() is { } model)
                    await slot.Activate(model, cancellationToken);
                return;
            }
            catch (RejectedException unusable)
            {
                // Not fit to serve for good. The silo starts all the same: its readiness tells, and an admin can roll back.
                log.LogError(unusable, "The committed model cannot be used");
                return;
            }
            catch (Exception failure) when (!failure.IsCancellationBy(cancellationToken))
            {
                if (time.GetElapsedTime(began) > host.Startup.Patience)
                    throw new DependencyException($"The committed model could not be loaded within {host.Startup.Patience.TotalSeconds:0.#} s: {failure.Message}");
                log.LogWarning(failure, "The committed model could not be loaded yet; trying on");
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task<ModelVersion?> Committed()
    {
        var state = new GrainState<RegistryState>();
        await storage.ReadStateAsync(StateName, grains.GetGrain<IModelRegistryGrain>(0).GetGrainId(), state);
        return state.State?.Find(state.State.Active);
    }
}
