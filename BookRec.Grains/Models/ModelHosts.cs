using BookRec.Grains.Interfaces.Models;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace BookRec.Grains.Models;

/// <summary>Addresses the model host of each silo.</summary>
public interface IModelHostClient : IGrainServiceClient<IModelHost>
{
    IModelHost On(SiloAddress silo);
}

public sealed class ModelHostClient(IServiceProvider services) : GrainServiceClient<IModelHost>(services), IModelHostClient
{
    public IModelHost On(SiloAddress silo) => GetGrainService(silo);
}

/// <summary>What a silo answered: the exception is null when it did what was asked.</summary>
public sealed record SiloAnswer(SiloAddress Silo, Exception? Failure);

/// <summary>The model hosts of all silos that are active now.</summary>
public sealed class ModelHosts(IModelHostClient client, IClusterMembershipService membership)
{
    /// <summary>Asks every active silo and waits for all; a failure of one does not keep the others from being asked.</summary>
    public Task<SiloAnswer[]> Ask(Func<IModelHost, Task> request) => Task.WhenAll(ActiveSilos().Select(silo => Ask(silo, request)));

    public bool IsActive(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Active;

    private IEnumerable<SiloAddress> ActiveSilos()
        => membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress);

    private async Task<SiloAnswer> Ask(SiloAddress silo, Func<IModelHost, Task> request)
    {
        try
        {
            await request(client.On(silo));
            return new SiloAnswer(silo, null);
        }
        catch (Exception e)
        {
            // A cancellation too: nobody here can have asked for one, so it is that of a silo that stops.
            return new SiloAnswer(silo, e);
        }
    }
}
