using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using BookRec.Grains.Training.Sharding;
using BookRec.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace BookRec.Tests.Grains.Training;

public sealed class ShardHostTests
{
    [Fact]
    public async Task A_shard_that_was_stopped_begins_nothing_and_takes_nothing_away_from_others()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-host-");
        var reading = new Gate();
        var blobs = new WatchedBlobs(new FileBlobStore(folder.FullName)) { BeforeOpen = _ => reading.Pass() };
        using (var host = new ShardHost(new RunBlobs(blobs), Options.Create(new TrainingOptions { Threads = 1 })))
        {
            var task = await TaskOf(new RunBlobs(blobs), step: 2);
            var others = host.Fixed(task, TestContext.Current.CancellationToken);
            await reading.Reached.WaitAsync(TestContext.Current.CancellationToken);

            var late = await TaskOf(new RunBlobs(blobs), step: 1);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Fixed(late, new CancellationToken(canceled: true)));

            reading.Open();
            Assert.Equal(3, (await others).Factors.Rows);
        }

        folder.Delete(recursive: true);
    }

    private static async Task<ShardTask> TaskOf(RunBlobs blobs, int step)
    {
        var run = Guid.NewGuid();
        var block = await blobs.Put(run, $"{step}", FactorBlock.Write(new FactorMatrix(3, 2), 0, 3), TestContext.Current.CancellationToken);
        return new ShardTask(run, step, TrainingSide.Users, 0, new ArtifactReference("none", "", 0), [new FactorRows(0, 3, block)], new FactorSettings(2, 1, 1, 1));
    }
}
