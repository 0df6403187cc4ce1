using System.Diagnostics;
using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>The loop of epochs: both half-steps, the objective, progress.</summary>
public static class AlsTrainer
{
    /// <param name="interactions">Users × books.</param>
    /// <param name="options">Checked first.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <returns>
    /// A function of the interactions and the options alone, the same to the last bit for any number of threads. The users are solved once
    /// more against the final books, so that each row is what fold-in gives.
    /// </returns>
    /// <exception cref="OperationCanceledException">Within a few rows' time of the cancellation.</exception>
    public static AlsModel Train(InteractionMatrix interactions, AlsOptions options, IProgress<EpochReport>? progress, CancellationToken cancellationToken)
    {
        var training = new AlsTraining(interactions, options);
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var start = Stopwatch.GetTimestamp();
            var loss = training.RunEpoch(cancellationToken);
            progress?.Report(new(epoch, loss, Stopwatch.GetElapsedTime(start).TotalSeconds));
        }

        return training.Finish(cancellationToken);
    }

    /// <summary>Normal numbers of standard deviation InitialScale/√factors, by Box and Muller's method over splitmix64.</summary>
    /// <param name="rows">Books.</param>
    public static FactorMatrix InitialFactors(int rows, AlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var factors = new FactorMatrix(rows, options.Factors);
        var scale = options.InitialScale / Math.Sqrt(options.Factors);
        var values = factors.Values;
        for (var i = 0; i < values.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - SplitKey.Uniform(SplitKey.Of((ulong)options.Seed, i, 0))));
            var angle = 2 * Math.PI * SplitKey.Uniform(SplitKey.Of((ulong)options.Seed, i, 1));
            values[i] = (float)(scale * radius * Math.Cos(angle));
        }

        return factors;
    }
}
