using System.Diagnostics.Metrics;
using BookRec.Grains.Interfaces.Training;

namespace BookRec.Grains.Training.Sharding;

/// <summary>What a training across silos counts and times. Labels are the two sides and the two directions, nothing else.</summary>
public static class TrainingMetrics
{
    private static readonly Meter Meter = new(BookRecMetrics.MeterName);
    private static readonly Histogram<double> ShardSeconds =
        Meter.CreateHistogram<double>("bookrec.training.shard.seconds", "s", "Time to solve one shard's rows on this silo, by side.");
    private static readonly Histogram<double> HalfStepSeconds =
        Meter.CreateHistogram<double>("bookrec.training.half_step.seconds", "s", "Time from giving a half-step out to its last shard's answer, by side.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("bookrec.training.bytes", "By", "Interactions and factors that shards of this silo read and wrote.");
    private static readonly Counter<long> Reissued = Meter.CreateCounter<long>("bookrec.training.shards.reissued", description: "Shards given to another silo because theirs went away.");

    private static int _epoch;
    private static double _loss = double.NaN;

    static TrainingMetrics()
    {
        Reissued.Add(0);
        Meter.CreateObservableGauge("bookrec.training.epoch", () => _epoch, description: "The last epoch that the training on this silo completed; 0 when none is under way.");
        Meter.CreateObservableGauge("bookrec.training.loss", () => _loss, description: "The objective per interaction after that epoch.");
    }

    public static void ShardSolved(TrainingSide side, double seconds, long read, long written)
    {
        ShardSeconds.Record(seconds, Label(side));
        Bytes.Add(read, new KeyValuePair<string, object?>("direction", "read"));
        Bytes.Add(written, new KeyValuePair<string, object?>("direction", "written"));
    }

    public static void HalfStepEnded(TrainingSide side, double seconds) => HalfStepSeconds.Record(seconds, Label(side));

    public static void ShardReissued() => Reissued.Add(1);

    public static void EpochEnded(int epoch, double loss) => (_epoch, _loss) = (epoch, loss);

    public static void Ended() => _epoch = 0;

    private static KeyValuePair<string, object?> Label(TrainingSide side) => new("side", side.ToString());
}
