using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces.Training;
using BookRec.Hosting;
using BookRec.Silo;
using BookRec.Silo.Demo;
using BookRec.Storage.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Tests.Support;
using BookRec.Tests.WebApi.Support;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Hosting;

/// <summary>What runs in the background of a silo goes on when something it waits for is cancelled by others than the silo's stop.</summary>
public sealed class CancelledElsewhereTests(TestPostgres postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Bootstrap_tries_on()
    {
        await using var test = await TestDatabase.Create(DatabaseEngine.Sqlite, postgres);
        var (database, clock) = (test.Database, new FakeTimeProvider());
        var cluster = new FakeCluster();
        var calls = 0;
        cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Wake), _ => Interlocked.Increment(ref calls) == 1 ? new OperationCanceledException() : null);
        var imports = new ImportLog(database);
        var books = new BookStore(database, clock);
        using var passwords = new Passwords(4);
        using var bootstrap = new Bootstrap(
            new HostSettings { Mode = HostMode.Cluster }, new SiloSettings { Demo = false }, database, books, new AccountStore(database, clock), imports, passwords,
            new DemoSeed(new ImportPipeline(database, clock), imports, clock), cluster.Factory, new Announcer(TextWriter.Null), clock, NullLogger<Bootstrap>.Instance);

        await bootstrap.StartAsync(CancellationToken.None);
        await Passing(clock, bootstrap.ExecuteTask!);

        Assert.Equal(2, calls);
        Assert.Null(bootstrap.NotReadyBecause);
    }

    [Fact]
    public async Task The_membership_watchdog_looks_again()
    {
        var clock = new FakeTimeProvider();
        var looks = 0;
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var silo = SiloAddress.New(IPAddress.Loopback, 11111, 1);
        var members = new ClusterMembershipSnapshot(
            ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(silo, new ClusterMember(silo, SiloStatus.Active, "silo")), new MembershipVersion(1));
        using var watchdog = new MembershipWatchdog(
            Answering<IMembershipTable>(_ =>
            {
                if (Interlocked.Increment(ref looks) == 3)
                    seen.SetResult();
                return Task.FromException<MembershipTableData>(new OperationCanceledException());
            }),
            Answering<ILocalSiloDetails>(_ => silo), Answering<IClusterMembershipService>(_ => members), Answering<IHostApplicationLifetime>(_ => null),
            new HostSettings(), clock, NullLogger<MembershipWatchdog>.Instance);

        await watchdog.StartAsync(CancellationToken.None);
        await Passing(clock, seen.Task);

        await watchdog.StopAsync(CancellationToken.None);
    }

    /// <summary>Time passes until the task has ended.</summary>
    private static async Task Passing(FakeTimeProvider clock, Task task)
    {
        var waited = Stopwatch.StartNew();
        while (!task.IsCompleted && waited.Elapsed < Patience)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(task, Task.Delay(20));
        }

        await task.WaitAsync(TimeSpan.Zero);
    }

    private static T Answering<T>(Func<MethodInfo, object?> answer)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)proxy).Answer = answer;
        return proxy;
    }

    /// <summary>Made by <see cref="DispatchProxy"/>.</summary>
    public class Proxy : DispatchProxy
    {
        internal Func<MethodInfo, object?> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!);
    }
}
