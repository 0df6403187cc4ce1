using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace BookRec.Grains.Models;

/// <summary>
/// Keeps one silo's <see cref="ModelSlot"/> current: takes pushes from the registry and from book grains, and polls both so that a lost
/// push heals and a silo that starts late catches up.
/// </summary>
[Reentrant]
public sealed class ModelHost(
    ModelSlot slot, IGrainFactory grains, IOptions<ModelOptions> options, TimeProvider time, ILogger<ModelHost> log,
    GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggerFactory)
    : GrainService(id, silo, loggerFactory), IModelHost
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _following = Task.CompletedTask;

    public Task Prepare(ModelVersion version) => slot.Prepare(version, _stopping.Token);

    public Task Activate(ModelVersion version) => slot.Activate(version, _stopping.Token);

    public Task RefreshBook(long bookId) => slot.RefreshBook(bookId, _stopping.Token);

    protected override Task StartInBackground()
    {
        _following = Follow();
        return Task.CompletedTask;
    }

    public override async Task Stop()
    {
        await _stopping.CancelAsync();
        await _following;
        await base.Stop();
    }

    private async Task Follow()
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        var failing = false;
        try
        {
            do
            {
                try
                {
                    await slot.FollowCatalogue(_stopping.Token);
                    var active = await grains.GetGrain<IModelRegistryGrain>(0).Active();
                    if (active is not null)
                        await slot.Activate(active, _stopping.Token);
                    slot.Settle(active?.Version);
                    failing = false;
                }
                catch (Exception e) when (!e.IsCancellationBy(_stopping.Token))
                {
                    // What is loaded goes on serving; the next tick tries again. One warning an outage, not one a tick.
                    if (!failing)
                        log.LogWarning(e, "The catalogue or the model registry could not be followed; what is loaded goes on serving");
                    failing = true;
                }
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }
}
