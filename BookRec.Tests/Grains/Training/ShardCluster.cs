using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using BookRec.Grains.Training;
using BookRec.Grains.Training.Sharding;
using BookRec.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace BookRec.Tests.Grains.Training;

/// <summary>Silos in this process that carry shards of trainings and share one folder of blobs.</summary>
public sealed class ShardCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bookrec-shards-").FullName;
    private InProcessTestCluster _cluster = null!;

    /// <summary>Every silo's own view of the blobs.</summary>
    public ConcurrentBag<WatchedBlobs> Blobs { get; } = [];

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    /// <summary>The silo that leads trainings.</summary>
    public InProcessSiloHandle Leader => _cluster.Silos[0];

    public RunBlobs RunBlobs => Leader.ServiceProvider.GetRequiredService<RunBlobs>();

    public IGrainFactory Grains => Leader.ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>Files under <c>runs/</c>.</summary>
    public IReadOnlyList<string> RunFiles
        => Directory.Exists(Path.Combine(_folder, "runs")) ? Directory.GetFiles(Path.Combine(_folder, "runs"), "*", SearchOption.AllDirectories) : [];

    /// <param name="configure">What the silos have beside the shards; its options, when it has any, replace the ones given here.</param>
    public static async Task<ShardCluster> Start(int silos, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new ShardCluster();
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(Options.Create(new TrainingOptions()));
            silo.Services.AddSingleton<IBlobStore>(_ =>
            {
                var blobs = new WatchedBlobs(new FileBlobStore(cluster._folder));
                cluster.Blobs.Add(blobs);
                return blobs;
            });
            silo.Services.AddShards();
            silo.Services.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                membership.NumMissedProbesLimit = 2;
            });
            configure?.Invoke(silo);
        });
        cluster._cluster = builder.Build();
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Trains from the leading silo.</summary>
    public Task<AlsModel> Train(InteractionMatrix interactions, AlsOptions als, int shards, TrainingAttempt attempt, CancellationToken cancellationToken = default)
        => ActivatorUtilities.CreateInstance<ShardedTrainer>(Leader.ServiceProvider, Options.Create(new TrainingOptions { Shards = shards }))
            .Train(interactions, BookRec.Tests.Engine.Samples.Ids(interactions.Columns), als, attempt.Job(als), cancellationToken);

    public Task Kill(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    public static WatchedBlobs BlobsOf(InProcessSiloHandle silo) => (WatchedBlobs)silo.ServiceProvider.GetRequiredService<IBlobStore>();

    public static ShardHost HostOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<ShardHost>();

    public async ValueTask DisposeAsync()
    {
        foreach (var blobs in Blobs)
            blobs.OpenGate();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One attempt at a run, and what it told.</summary>
public sealed class TrainingAttempt
{
    public Guid RunId { get; init; } = Guid.NewGuid();

    public int Number { get; init; } = 1;

    public TrainingCheckpoint? From { get; init; }

    public Func<TrainingCheckpoint, Task> Write { get; init; } = _ => Task.CompletedTask;

    public FactorizationProgress Progress { get; private set; } = new(1, []);

    public IReadOnlyList<EpochProgress> Epochs => Progress.Epochs;

    public ShardingProgress Sharding => Progress.Table!.Show();

    internal FactorizationJob Job(AlsOptions als)
    {
        var known = Enumerable.Range(1, From?.Epoch ?? 0).Select(epoch => new EpochProgress(epoch, 0, 0));
        Progress = new FactorizationProgress(als.Epochs, [.. known]);
        return new FactorizationJob(RunId, Number, From, Progress, Write);
    }
}

/// <summary>Where something waits until the test lets it go on.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when something waits.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    public Task Pass()
    {
        _reached.TrySetResult();
        return _open.Task;
    }
}

/// <summary>Blobs that count what passes, can hold writes back, and do what a test wants before they are asked.</summary>
public sealed class WatchedBlobs(IBlobStore inner) : IBlobStore
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sliceBytesRead;
    private string? _gated;

    public ConcurrentBag<string> Puts { get; } = [];

    public long SliceBytesRead => Interlocked.Read(ref _sliceBytesRead);

    /// <summary>Ends when a write waits at the gate.</summary>
    public Task Held => _held.Task;

    /// <summary>Writes of keys that contain this wait until the gate is opened.</summary>
    public void HoldWritesOf(string part) => _gated = part;

    /// <summary>What happens before a blob is put, opened or listed, by its key or prefix.</summary>
    public Func<string, Task> BeforePut { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> BeforeOpen { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> BeforeList { get; set; } = _ => Task.CompletedTask;

    public void OpenGate() => _gate.TrySetResult();

    public async Task Put(string key, Stream content, CancellationToken cancellationToken = default)
    {
        Puts.Add(key);
        await BeforePut(key).WaitAsync(cancellationToken);
        if (_gated is not null && key.Contains(_gated, StringComparison.Ordinal))
        {
            _held.TrySetResult();
            await _gate.Task.WaitAsync(cancellationToken);
        }

        await inner.Put(key, content, cancellationToken);
    }

    public async Task<Stream?> Open(string key, CancellationToken cancellationToken = default)
    {
        await BeforeOpen(key).WaitAsync(cancellationToken);
        var stream = await inner.Open(key, cancellationToken);
        if (stream is not null && key.Contains("/slices-", StringComparison.Ordinal))
            Interlocked.Add(ref _sliceBytesRead, stream.Length);
        return stream;
    }

    public Task Delete(string key, CancellationToken cancellationToken = default) => inner.Delete(key, cancellationToken);

    public async IAsyncEnumerable<string> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await BeforeList(prefix).WaitAsync(cancellationToken);
        await foreach (var key in inner.List(prefix, cancellationToken))
            yield return key;
    }
}
