using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Bench.Training;

/// <summary>
/// A half-step that takes each row some way from where it is towards its solution. To compare with the exact one; the product has only that.
/// </summary>
abstract unsafe class ApproximateRows(AlsOptions options)
{
    const int RowsAtOnce = 64;

    protected AlsOptions Options { get; } = options;

    public void Solve(InteractionMatrix interactions, FactorMatrix fixedFactors, FactorMatrix solved, CancellationToken cancellationToken)
    {
        var gramian = Gramian.Of(fixedFactors, Options.Threads);
        var next = -RowsAtOnce;
        Parallel.For(0, Options.Threads, new ParallelOptions { MaxDegreeOfParallelism = Options.Threads, CancellationToken = cancellationToken }, _ =>
        {
            using var worker = Worker(fixedFactors, gramian);
            for (var first = Interlocked.Add(ref next, RowsAtOnce); first < interactions.Rows; first = Interlocked.Add(ref next, RowsAtOnce))
            {
                for (var row = first; row < Math.Min(first + RowsAtOnce, interactions.Rows); row++)
                {
                    if (interactions.CountOf(row) > 0)
                    {
                        worker.Improve(interactions.ColumnsOf(row), interactions.WeightsOf(row), solved.Row(row));
                    }
                }
            }
        });
    }

    protected abstract RowWorker Worker(FactorMatrix fixedFactors, FactorMatrix gramian);

    /// <summary>Scratch memory of one thread.</summary>
    protected abstract class RowWorker : IDisposable
    {
        public abstract void Improve(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> x);

        public abstract void Dispose();
    }
}
