using System.Net;
using BookRec.Tests.Support;

namespace BookRec.Tests.Cluster;

/// <summary>What happens when something is taken away from a cluster; each on one of its own.</summary>
[Collection(nameof(ClusterTests))]
public sealed class OneSiloTests(TestPostgres postgres)
{
    [Fact]
    public async Task PostgreSql_is_gone_lists_go_on_and_writes_are_refused_with_a_time_to_come_back()
    {
        // The front hosts the silo: one process.
        await using var cluster = new RunningCluster(postgres);
        await cluster.StartServers(("BookRec__Cluster__CoHost", "true"));
        await cluster.Start("api-1");
        var reader = await cluster["api-1"].NewReader();
        await reader.Record(1, "like");
        var before = (await reader.Top()).Ids;
        var stranger = await cluster["api-1"].NewReader();

        cluster.DatabaseWire.Cut();
        Assert.Equal(before, (await reader.Top()).Ids);
        using var refused = await reader.TryRecord(2, "like", key: "kept");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var unknown = await stranger.GetAsync("/api/recommendations/top");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        using var login = await cluster["api-1"].Http.GetAsync("/api/live");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains("database", await cluster["api-1"].Missing());

        cluster.DatabaseWire.Mend();
        await cluster["api-1"].UntilReady();
        await reader.Record(2, "like", key: "kept");
        Assert.Equal(2, await reader.HistoryLength());
    }

    [Fact]
    public async Task A_silo_without_its_database_says_so_to_the_front_and_one_without_its_membership_row_stops_and_the_front_finds_the_next()
    {
        await using var cluster = new RunningCluster(postgres);
        await cluster.StartServers(("BookRec__Silo__Demo", "false"), ("BookRec__Cluster__AliveInterval", "00:00:01"), ("BookRec__Cluster__GatewayRefresh", "00:00:01"));
        await cluster.Start("silo-1", "api-1");
        var stranger = await cluster["api-1"].NewReader();
        cluster.DatabaseWire.Cut();

        // The reader's grain cannot be activated.
        using var unknown = await stranger.GetAsync("/api/recommendations/top");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        Assert.NotNull(unknown.Headers.RetryAfter);
        cluster.DatabaseWire.Mend();

        await cluster.Redis.Forget();
        Assert.Equal(1, await cluster["silo-1"].Process.Exit());
        Assert.Contains("membership table", cluster["silo-1"].Process.Output, StringComparison.Ordinal);
        await cluster["api-1"].Process.Until(async () => (await cluster["api-1"].Missing()).Contains("cluster"), "the front to notice");
        Assert.Equal(HttpStatusCode.OK, await cluster["api-1"].Status("/api/live"));

        await cluster.Start("silo-2");
        await cluster["api-1"].UntilReady();
        await cluster["api-1"].NewReader();
    }
}
