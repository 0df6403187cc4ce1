using BookRec.Grains;
using BookRec.Hosting;
using Orleans.Clustering.Redis;

namespace BookRec.Silo;

/// <summary>
/// Stops this silo when the membership table answers and its own row is not in it. A Redis that lost its data would otherwise leave this
/// silo alone for ever: it never registers again, and new silos form a second cluster that does not know it. Whoever supervises the process
/// starts it again, and it joins.
/// </summary>
/// <remarks>A Redis that does not answer says nothing; the silo goes on. What is stored is safe in any case: the database's constraints guard it.</remarks>
public sealed class MembershipWatchdog(
    IMembershipTable table, ILocalSiloDetails silo, IClusterMembershipService membership, IHostApplicationLifetime lifetime, HostSettings host,
    TimeProvider time, ILogger<MembershipWatchdog> log)
    : BackgroundService
{
    /// <summary>One look may fall into the middle of something; two in a row do not.</summary>
    private const int Looks = 2;

    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(host.Cluster.AliveInterval, time);
        for (var missing = 0; missing < Looks && await timer.WaitForNextTickAsync(stoppingToken);)
            missing = await IsMissing(stoppingToken) ? missing + 1 : 0;
        if (stoppingToken.IsCancellationRequested)
            return;

        log.LogCritical("The row of silo {Silo} is gone from the membership table: this silo stops, so that it can be started again and join", silo.Name);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
        _ = EndSoon();
    }

    /// <summary>
    /// An orderly stop writes to the row that is gone, again and again for more than a minute. There is nobody to hand grains over to, and
    /// what was acknowledged is stored: requests under way get a moment, then the process ends.
    /// </summary>
    private async Task EndSoon()
    {
        await Task.Delay(LastRequests, time);
        Environment.Exit(1);
    }

    private async Task<bool> IsMissing(CancellationToken cancellationToken)
    {
        if (membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress) != SiloStatus.Active)
            return false;
        try
        {
            return (await table.ReadAllAsync(cancellationToken)).TryGet(silo.SiloAddress) is null;
        }
        catch (RedisClusteringException gone)
        {
            // Redis answers, and there is no table at all.
            log.LogWarning(gone, "The membership table is gone");
            return true;
        }
        catch (Exception unreachable) when (!unreachable.IsCancellationBy(cancellationToken))
        {
            log.LogDebug(unreachable, "The membership table does not answer");
            return false;
        }
    }
}
