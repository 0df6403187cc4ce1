using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Training.Sharding;
using BookRec.Tests.Engine;
using BookRec.Tests.Support;

namespace BookRec.Tests.Grains.Training;

/// <summary>Training across silos, on real silos in this process.</summary>
public sealed class ShardedTrainerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly AlsOptions Als = Samples.Options(factors: 24) with { Epochs = 4, PopularityExponent = 0.3 };
    private static readonly InteractionMatrix Interactions = Samples.Interactions(700, 300, 0.04, seed: 7, weighted: true);

    [Fact]
    public async Task The_factors_are_those_of_one_process_whatever_the_number_of_silos_and_shards()
    {
        var losses = new List<EpochReport>();
        var expected = AlsTrainer.Train(Interactions, Als, new Collect(losses), CancellationToken.None);
        foreach (var silos in new[] { 1, 3 })
        {
            await using var cluster = await ShardCluster.Start(silos);
            foreach (var shards in new[] { 1, 2, 7, 13 })
            {
                var attempt = new TrainingAttempt();
                var model = await cluster.Train(Interactions, Als, shards, attempt);
                Assert.Equal(expected.BookFactors.Values.ToArray(), model.BookFactors.Values.ToArray());
                Assert.Equal(Als.Epochs, attempt.Epochs.Count);
                Assert.All(attempt.Epochs.Zip(losses), pair => Assert.Equal(pair.Second.Loss, pair.First.Loss, 1e-12));
            }
        }
    }

    [Fact]
    public async Task Shards_are_spread_evenly_and_a_silo_holds_less_the_more_silos_there_are()
    {
        var most = new Dictionary<int, long>();
        foreach (var silos in new[] { 1, 2, 3 })
        {
            await using var cluster = await ShardCluster.Start(silos);
            var attempt = new TrainingAttempt();
            await cluster.Train(Interactions, Als, 6, attempt);
            Assert.Equal(12, attempt.Sharding.Shards.Count);
            Assert.Equal(cluster.Silos.Select(s => s.Name).Order(), attempt.Sharding.Silos.Select(s => s.Silo).Order());
            Assert.All(attempt.Sharding.Silos, s => Assert.Equal(12 / silos, s.Shards));
            Assert.All(attempt.Sharding.Shards, s => Assert.Equal((ShardState.Solved, 0), (s.State == ShardState.Waiting ? ShardState.Solved : s.State, s.Reissued)));

            // What each silo has really read, not what the table says.
            most[silos] = cluster.Blobs.Max(b => b.SliceBytesRead);
            Assert.All(cluster.Blobs, silo => Assert.NotEqual(0, silo.SliceBytesRead));
        }

        Assert.True(most[2] < 0.6 * most[1] && most[3] < 0.42 * most[1], $"The fullest silo read {most[1]}, {most[2]} and {most[3]} bytes.");
    }

    [Fact]
    public async Task A_silo_that_dies_in_an_epoch_changes_nothing_but_the_time()
    {
        await using var cluster = await ShardCluster.Start(3);
        var victim = cluster.Silos[2];
        ShardCluster.BlobsOf(victim).HoldWritesOf("/0003-users/");
        var attempt = new TrainingAttempt();
        var training = cluster.Train(Interactions, Als, 9, attempt);

        // The third half-step hangs on the victim's shards.
        await ShardCluster.BlobsOf(victim).Held.WaitAsync(Patience);
        await cluster.Kill(victim);
        var model = await training.WaitAsync(Patience);
        Assert.Equal(AlsTrainer.Train(Interactions, Als, null, CancellationToken.None).BookFactors.Values.ToArray(), model.BookFactors.Values.ToArray());
        var moved = attempt.Sharding.Shards.Where(s => s.Reissued > 0).ToList();
        Assert.Equal(6, moved.Count);
        Assert.DoesNotContain(attempt.Sharding.Shards, s => s.Silo == victim.Name);
    }

    [Fact]
    public async Task Cancelling_stops_the_shards_within_a_chunk_and_frees_their_memory()
    {
        await using var cluster = await ShardCluster.Start(2);
        var large = Samples.Interactions(2000, 400, 0.05, seed: 3);
        using var cancellation = new CancellationTokenSource();
        var attempt = new TrainingAttempt();
        var training = cluster.Train(large, Als with { Factors = 256, Epochs = 200 }, 4, attempt, cancellation.Token);
        await Poll.Until(() => Task.FromResult(cluster.Silos.All(silo => ShardCluster.HostOf(silo).FixedBytes > 0)), "factors in memory");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        await Poll.Until(() => Task.FromResult(cluster.Silos.All(silo => ShardCluster.HostOf(silo).FixedBytes == 0)), "factors to be given back");
        Assert.True(attempt.Epochs.Count < 200, "It went on to the end.");
    }

    [Fact]
    public async Task A_shard_that_is_asked_twice_works_once_and_answers_the_same()
    {
        await using var cluster = await ShardCluster.Start(1);
        var task = await FirstTask(cluster);
        var shard = cluster.Grains.GetGrain<ITrainingShardGrain>("duplicate/users/0");
        var answers = await Task.WhenAll(Solve(shard, task), Solve(shard, task));
        var late = await Solve(shard, task);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], late);
        Assert.Single(cluster.Blobs.Single().Puts, key => key.Contains("/0001-users/", StringComparison.Ordinal));

        // On another silo, or after the first one forgot everything: the same bytes.
        var again = await Solve(cluster.Grains.GetGrain<ITrainingShardGrain>("duplicate/users/1"), task);
        Assert.Equal(answers[0].Rows, again.Rows);
    }

    [Theory, InlineData("slices-users"), InlineData("0000-books")]
    public async Task A_block_with_other_bytes_is_refused(string damaged)
    {
        await using var cluster = await ShardCluster.Start(1);
        var task = await FirstTask(cluster);
        var file = cluster.RunFiles.First(f => f.Contains(damaged, StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var shard = cluster.Grains.GetGrain<ITrainingShardGrain>("damaged/users/0");
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => Solve(shard, task));
        Assert.Contains("SHA-256", refusal.Message, StringComparison.Ordinal);

        // Whole again, it is taken: nothing of the damaged one was kept.
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await Solve(shard, task);
    }

    [Fact]
    public async Task A_training_goes_on_after_its_last_epoch_and_ends_with_the_same_factors()
    {
        await using var cluster = await ShardCluster.Start(2);
        TrainingCheckpoint? written = null;
        var killed = new TrainingAttempt
        {
            Write = checkpoint =>
            {
                written = checkpoint;
                return checkpoint.Epoch == 2 ? throw new InvalidOperationException("killed here") : Task.CompletedTask;
            },
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Train(Interactions, Als, 3, killed));
        var resumed = new TrainingAttempt { RunId = killed.RunId, Number = 2, From = written };
        var model = await cluster.Train(Interactions, Als, 5, resumed);
        Assert.Equal([1, 2, 3, 4], resumed.Epochs.Select(e => e.Epoch));
        Assert.Equal(AlsTrainer.Train(Interactions, Als, null, CancellationToken.None).BookFactors.Values.ToArray(), model.BookFactors.Values.ToArray());

        // A step that was done before is not done again.
        Assert.Equal(3, cluster.Blobs.SelectMany(b => b.Puts).Count(key => key.Contains("/0004-books/", StringComparison.Ordinal)));
        await cluster.RunBlobs.Clear(killed.RunId, CancellationToken.None);
        Assert.Empty(cluster.RunFiles);
    }

    [Theory]
    [InlineData(0.5, 0.3)]
    [InlineData(0.02, 0)]
    public async Task A_checkpoint_of_other_hyperparameters_is_not_taken_up(double regularization, double popularityExponent)
    {
        await using var cluster = await ShardCluster.Start(1);
        TrainingCheckpoint? written = null;
        var first = new TrainingAttempt { Write = checkpoint => Task.FromResult(written = checkpoint) };
        await cluster.Train(Interactions, Als, 2, first);
        var other = Als with { Regularization = regularization, PopularityExponent = popularityExponent };
        var second = new TrainingAttempt { RunId = first.RunId, Number = 2, From = written };
        var model = await cluster.Train(Interactions, other, 2, second);
        Assert.Equal(AlsTrainer.Train(Interactions, other, null, CancellationToken.None).BookFactors.Values.ToArray(), model.BookFactors.Values.ToArray());
    }

    [Fact]
    public async Task What_another_run_left_is_removed_when_a_run_begins()
    {
        await using var cluster = await ShardCluster.Start(1);
        var killed = new TrainingAttempt();
        await cluster.Train(Interactions, Als with { Epochs = 1 }, 2, killed);
        Assert.NotEmpty(cluster.RunFiles);
        var next = new TrainingAttempt();
        await cluster.Train(Interactions, Als with { Epochs = 1 }, 2, next);
        Assert.All(cluster.RunFiles, file => Assert.Contains(next.RunId.ToString("N"), file, StringComparison.Ordinal));
    }

    private static async Task<ShardSolved> Solve(ITrainingShardGrain shard, ShardTask task)
    {
        while (true)
        {
            if (await shard.Solve(task) is { } solved)
                return solved;
        }
    }

    /// <summary>The first half of the users, against the first books.</summary>
    private static async Task<ShardTask> FirstTask(ShardCluster cluster)
    {
        var run = Guid.NewGuid();
        var slice = await cluster.RunBlobs.Put(run, "slices-users/0", InteractionSlice.Write(Interactions, 0, 350), CancellationToken.None);
        var books = AlsTrainer.InitialFactors(Interactions.Columns, Als);
        var block = await cluster.RunBlobs.Put(run, "0000-books/0", FactorBlock.Write(books, 0, books.Rows), CancellationToken.None);
        return new ShardTask(
            run, 1, TrainingSide.Users, 0, slice, [new FactorRows(0, books.Rows, block)],
            new FactorSettings(Als.Factors, Als.UnobservedWeight, Als.Regularization, Als.RegularizationExponent));
    }

    private sealed class Collect(List<EpochReport> reports) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => reports.Add(value);
    }
}
