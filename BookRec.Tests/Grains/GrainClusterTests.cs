using System.Security.Cryptography;
using BookRec.Engine.Artifacts;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Silo;
using BookRec.Silo.Demo;
using BookRec.Storage.Databases;
using BookRec.Tests.Engine;
using BookRec.Tests.Grains.Training;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BookRec.Tests.Grains;

/// <summary>What tests of grains together share: silos with the product's grains, and a database and a folder of blobs behind all of them.</summary>
public abstract class GrainClusterTests(TestPostgres postgres, int silos, DatabaseEngine engine = DatabaseEngine.Sqlite) : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private TestDatabase? _database;
    private ShardCluster? _cluster;

    protected TestDatabase Database => _database!;

    protected ShardCluster Cluster => _cluster!;

    protected WatchedBlobs Blobs => ShardCluster.BlobsOf(Cluster.Leader);

    protected ITrainingGrain Training => Cluster.Grains.GetGrain<ITrainingGrain>(0);

    protected IModelRegistryGrain Registry => Cluster.Grains.GetGrain<IModelRegistryGrain>(0);

    /// <summary>Simulated readers of the demo's books that are there from the start.</summary>
    protected virtual int DemoReaders => 0;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(engine, postgres);
        _cluster = await ShardCluster.Start(silos, silo =>
        {
            silo.Services.AddSingleton(_database.Database);
            silo.AddBookRecGrains().UseInMemoryReminderService();
            Configure(silo);
        });
        if (DemoReaders > 0)
            await Cluster.Leader.ServiceProvider.GetRequiredService<DemoSeed>().Seed(DemoReaders, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Settings that differ from their defaults, and what else a test wants of a silo.</summary>
    protected virtual void Configure(ISiloBuilder silo)
    {
    }

    /// <summary>A version that has passed the gate, its artifact among the blobs.</summary>
    protected async Task<ModelVersion> Stored(string name)
    {
        var model = Samples.Model(version: name).Model;
        using var artifact = new MemoryStream();
        ModelArtifact.Write(model, artifact);
        var reference = new ArtifactReference($"models/{name}/model.bin", Convert.ToHexStringLower(SHA256.HashData(artifact.ToArray())), artifact.Length);
        await Blobs.Put(reference.Key, new MemoryStream(artifact.ToArray()));
        return new ModelVersion(
            name, DateTimeOffset.UnixEpoch, Guid.Empty, ModelFate.Candidate, null, reference, model.Books.Count, 0, new Dictionary<string, string>(),
            new Evaluation(0, new Dictionary<string, Metric>(), 0, 0), new Dictionary<string, Evaluation>());
    }
}
