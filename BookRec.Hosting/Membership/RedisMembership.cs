using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using StackExchange.Redis;

namespace BookRec.Hosting.Membership;

/// <summary>Redis as the place where silos write that they live and where fronts look for them.</summary>
public static class RedisMembership
{
    public static ISiloBuilder UseRedisMembership(this ISiloBuilder silo, HostSettings host, LivePassword password)
    {
        silo.Configure<ClusterOptions>(options => Name(options, host));
        silo.UseRedisClustering(options => options.ConfigurationOptions = host.Redis.ToOptions(password));
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = host.Cluster.ResponseTimeout);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = host.Cluster.ProbeTimeout;
            options.NumMissedProbesLimit = host.Cluster.MissedProbes;
            options.TableRefreshTimeout = host.Cluster.AliveInterval;
            options.IAmAliveTablePublishTimeout = host.Cluster.AliveInterval;
            options.NumMissedTableIAmAliveLimit = 3;
        });
        return silo;
    }

    public static IClientBuilder UseRedisMembership(this IClientBuilder client, HostSettings host, LivePassword password)
    {
        client.Configure<ClusterOptions>(options => Name(options, host));
        client.UseRedisClustering(options => options.ConfigurationOptions = host.Redis.ToOptions(password));
        client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = host.Cluster.ResponseTimeout);
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = host.Cluster.GatewayRefresh);
        return client;
    }

    /// <summary>Redis, as something a start waits for.</summary>
    public static Dependency Dependency(RedisSettings settings, LivePassword password)
        => new("redis", $"Redis at {settings.Endpoint}", async cancelled =>
        {
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync(settings.ToOptions(password, patient: false)).WaitAsync(cancelled);
                await connection.GetDatabase().PingAsync().WaitAsync(cancelled);
            }
            catch (RedisConnectionException failure) when (failure.FailureType == ConnectionFailureType.AuthenticationFailure)
            {
                await password.LookUp(cancelled);
                throw new SettingsException($"{LivePassword.Redis} is not the one Redis at {settings.Endpoint} wants");
            }
            catch (RedisServerException failure) when (failure.Message.StartsWith("NOAUTH", StringComparison.Ordinal))
            {
                throw new SettingsException($"{LivePassword.Redis} is required by Redis at {settings.Endpoint}");
            }
        });

    private static void Name(ClusterOptions options, HostSettings host)
    {
        options.ClusterId = host.Cluster.Id;
        options.ServiceId = ClusterSettings.ServiceId;
    }
}
