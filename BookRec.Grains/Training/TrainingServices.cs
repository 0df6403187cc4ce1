using BookRec.Grains.Training.Sharding;
using Microsoft.Extensions.DependencyInjection;

namespace BookRec.Grains.Training;

/// <summary>What the training grains of a silo are made of.</summary>
public static class TrainingServices
{
    public static IServiceCollection AddTraining(this IServiceCollection services)
        => services.AddSingleton<TrainingDataLoader>().AddSingleton<TrainingPipeline>().AddShards();

    /// <summary>What a silo needs to carry shards of a training that another silo leads, or to lead one.</summary>
    public static IServiceCollection AddShards(this IServiceCollection services)
        => services.AddSingleton<RunBlobs>().AddSingleton<ShardHost>().AddSingleton<TrainingSilos>().AddSingleton<ShardedTrainer>();
}
