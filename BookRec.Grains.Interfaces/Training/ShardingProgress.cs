namespace BookRec.Grains.Interfaces.Training;

public enum ShardState
{
    /// <summary>Its side's turn has not come.</summary>
    Waiting,

    /// <summary>Given out to its silo.</summary>
    Working,

    /// <summary>Solved in the half-step under way or the last one.</summary>
    Solved,
}

/// <summary>One row of the shard table.</summary>
/// <param name="Shard">From 0 on each side.</param>
/// <param name="Silo">Name of the silo it is placed on.</param>
/// <param name="Rows">Users or books.</param>
/// <param name="Seconds">Of the row solve in its last half-step; 0 before the first.</param>
/// <param name="Reissued">How often it had to be given to another silo.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ShardProgress")]
public sealed record ShardProgress(
    [property: Id(0)] TrainingSide Side,
    [property: Id(1)] int Shard,
    [property: Id(2)] string Silo,
    [property: Id(3)] ShardState State,
    [property: Id(4)] int Rows,
    [property: Id(5)] double Seconds,
    [property: Id(6)] int Reissued);

/// <summary>What one silo carries of a training.</summary>
/// <param name="Shards">Of both sides.</param>
/// <param name="MemoryBytes">Estimate: its shards' interactions, the larger side's factors, the largest block being solved.</param>
[GenerateSerializer, Immutable, Alias("bookrec.SiloShare")]
public sealed record SiloShare([property: Id(0)] string Silo, [property: Id(1)] int Shards, [property: Id(2)] long MemoryBytes);

/// <summary>How a training is spread over the silos.</summary>
/// <param name="BytesMoved">Read from and written to blobs so far: interactions and factors.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ShardingProgress")]
public sealed record ShardingProgress(
    [property: Id(0)] IReadOnlyList<ShardProgress> Shards,
    [property: Id(1)] IReadOnlyList<SiloShare> Silos,
    [property: Id(2)] long BytesMoved);
