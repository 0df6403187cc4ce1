using System.Collections.Concurrent;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Hosting;
using BookRec.Hosting.Membership;
using BookRec.Silo;
using BookRec.Tests.Grains.Training;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BookRec.Tests.Grains.Models;

/// <summary>Rollouts that are disturbed, on silos that share a database and a folder of blobs.</summary>
public sealed class ModelRolloutTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 2)
{
    private volatile Func<Task> _beforeActive = () => Task.CompletedTask;

    [Fact]
    public async Task A_silo_that_cancels_what_it_was_asked_is_an_answer_like_others()
    {
        var hosts = Cluster.Leader.ServiceProvider.GetRequiredService<ModelHosts>();
        var version = await Stored("v1");
        ShardCluster.BlobsOf(Cluster.Silos[1]).BeforeOpen = _ => Task.FromCanceled(new CancellationToken(canceled: true));

        var answers = await hosts.Ask(host => host.Prepare(version));

        Assert.Null(answers.Single(a => a.Silo.Equals(Cluster.Leader.SiloAddress)).Failure);
        Assert.IsAssignableFrom<OperationCanceledException>(answers.Single(a => a.Silo.Equals(Cluster.Silos[1].SiloAddress)).Failure);
    }

    [Fact]
    public async Task The_registrys_silo_is_killed_during_a_rollout_and_the_caller_gets_the_active_version()
    {
        var version = await Stored("v1");
        var preparing = new Gate();
        foreach (var blobs in Cluster.Blobs)
            blobs.BeforeOpen = _ => preparing.Pass();
        await Registry.Status();
        var address = await Cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(Registry);
        var owner = Cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
        var survivor = Cluster.Silos.Single(silo => silo != owner).ServiceProvider;

        var released = survivor.GetRequiredService<IGrainFactory>().GetGrain<IModelRegistryGrain>(0).Release(version);
        await preparing.Reached.WaitAsync(Patience);
        await Cluster.Kill(owner);
        preparing.Open();

        Assert.Equal(ModelFate.Active, (await released.WaitAsync(Patience)).Fate);
        Assert.Equal(version.Version, survivor.GetRequiredService<ModelSlot>().Version);
    }

    [Fact]
    public async Task A_silo_follows_the_registry_on_after_a_call_that_was_cancelled_elsewhere()
    {
        var questions = 0;
        _beforeActive = () => Interlocked.Increment(ref questions) <= 4 ? Task.FromCanceled(new CancellationToken(canceled: true)) : Task.CompletedTask;
        await Poll.Until(() => Task.FromResult(Volatile.Read(ref questions) > 4), "another question");
    }

    [Fact]
    public async Task A_silo_that_starts_tries_on_when_loading_the_committed_model_was_cancelled_elsewhere()
    {
        await Registry.Release(await Stored("v1"));
        var silo = Cluster.Leader.ServiceProvider;
        using var slot = ActivatorUtilities.CreateInstance<ModelSlot>(silo);
        var failures = new ConcurrentQueue<Exception>([new OperationCanceledException()]);
        Blobs.BeforeOpen = _ => failures.TryDequeue(out var failure) ? Task.FromException(failure) : Task.CompletedTask;

        await ActivatorUtilities.CreateInstance<CommittedModel>(silo, slot).Execute(CancellationToken.None).WaitAsync(Patience);

        Assert.Empty(failures);
        Assert.Equal("v1", slot.Version);
    }

    [Fact]
    public async Task A_candidate_is_given_up_when_the_next_version_comes()
    {
        Blobs.BeforeOpen = _ => Task.FromException(new IOException("The connection was reset."));
        var abandoned = await Stored("v1");
        var refused = await Assert.ThrowsAsync<RejectedException>(() => Registry.Release(abandoned));
        Assert.Equal(RejectionKind.Unavailable, refused.Kind);
        Assert.Equal([ModelFate.Candidate], (await Registry.Status()).Versions.Select(v => v.Fate));

        Blobs.BeforeOpen = _ => Task.CompletedTask;
        await Registry.Release(await Stored("v2"));

        Assert.Equal([ModelFate.Active, ModelFate.Rejected], (await Registry.Status()).Versions.Select(v => v.Fate));
    }

    protected override void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(Options.Create(new ModelOptions { PollInterval = TimeSpan.FromMilliseconds(100) }));
        silo.Services.AddSingleton(new HostSettings { Cluster = new ClusterSettings { RetryFor = Patience } });
        silo.AddOutgoingGrainCallFilter<IdempotentRetry>();
        silo.AddIncomingGrainCallFilter(async call =>
        {
            if (call is { Grain: ModelRegistryGrain, MethodName: nameof(IModelRegistryGrain.Active) })
                await _beforeActive();
            await call.Invoke();
        });
    }
}
