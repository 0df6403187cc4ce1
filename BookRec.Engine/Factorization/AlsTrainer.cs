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
    /// <returns>A function of the interactions and the options alone, the same to the last bit for any number of threads.</returns>
    /// <exception cref="OperationCanceledException">Within a few rows' time of the cancellation.</exception>
    public static AlsModel Train(InteractionMatrix interactions, AlsOptions options, IProgress<EpochReport>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var byUser = interactions;
        var byBook = interactions.Transpose();
        var users = new FactorMatrix(byUser.Rows, options.Factors);
        var books = InitialFactors(byBook.Rows, options);
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            AlsHalfStep.Solve(byUser, books, users, options, cancellationToken);
            var loss = AlsHalfStep.Solve(byBook, users, books, options, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            progress?.Report(new(epoch, (loss + Objective.Regularization(byUser, users, options)) / Math.Max(1, byUser.Count), seconds));
        }

        return new(options, users, books);
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

/// <param name="Epoch">1 …</param>
/// <param name="Loss">The objective per observed interaction after this epoch.</param>
/// <param name="Seconds">Of both half-steps.</param>
public sealed record EpochReport(int Epoch, double Loss, double Seconds);

/// <param name="UserFactors">X, users × factors.</param>
/// <param name="BookFactors">Y, books × factors; all zero for a book nobody has read.</param>
public sealed record AlsModel(AlsOptions Options, FactorMatrix UserFactors, FactorMatrix BookFactors);
