using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>The loop of epochs: both half-steps, the objective, progress.</summary>
public static class AlsTrainer
{
    public static AlsModel Train(InteractionMatrix interactions, AlsOptions options, IProgress<EpochReport>? progress, CancellationToken cancellationToken)
        => throw new NotImplementedException();
}

/// <param name="Loss">The objective per observed interaction after this epoch.</param>
public sealed record EpochReport(int Epoch, double Loss, double Seconds);

public sealed record AlsModel(AlsOptions Options, FactorMatrix UserFactors, FactorMatrix BookFactors);
