using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>A training under way, epoch by epoch, for whoever wants to look in between. Used by one thread at a time.</summary>
public sealed class AlsTraining
{
    readonly float[] _bookWeights;
    readonly InteractionMatrix _byUser;
    readonly InteractionMatrix _byBook;
    readonly AlsOptions _options;
    readonly FactorMatrix _users;
    readonly FactorMatrix _books;

    /// <param name="interactions">Users × books.</param>
    public AlsTraining(InteractionMatrix interactions, AlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validate();
        _bookWeights = BookWeights.Of(interactions, options.PopularityExponent);
        _byUser = interactions.ScaledByColumn(_bookWeights);
        _byBook = _byUser.Transpose();
        _users = new(_byUser.Rows, options.Factors);
        _books = AlsTrainer.InitialFactors(_byBook.Rows, options);
    }

    /// <summary>SolveHalf(byUser, Y → X); SolveHalf(byBook, X → Y).</summary>
    /// <returns>The objective per observed interaction. It costs nothing: at the solution a row's loss is Σ w − b·y.</returns>
    public double RunEpoch(CancellationToken cancellationToken)
    {
        // Each side is solved anew before anyone looks at it again; of the loss's part that is the users' only their lengths count.
        AlsHalfStep.SolveHalf(_byUser, _books, _users, _options, spoilFixed: true, cancellationToken);
        var loss = AlsHalfStep.SolveHalf(_byBook, _users, _books, _options, spoilFixed: true, cancellationToken);
        return (loss + Objective.Regularization(_byUser, _users, _options)) / Math.Max(1, _byUser.Count);
    }

    /// <summary>The model so far, with the users solved against the books as they are now. The training may go on after.</summary>
    /// <returns>Shares its arrays with the training: the next epoch overwrites them.</returns>
    public AlsModel Finish(CancellationToken cancellationToken) => FinishWeighed(_byUser, cancellationToken);

    /// <summary>The same for some of the users alone.</summary>
    /// <param name="byUser">The training's interactions, with empty rows for users who do not matter.</param>
    internal AlsModel Finish(InteractionMatrix byUser, CancellationToken cancellationToken)
        => FinishWeighed(byUser.ScaledByColumn(_bookWeights), cancellationToken);

    AlsModel FinishWeighed(InteractionMatrix byUser, CancellationToken cancellationToken)
    {
        AlsHalfStep.Solve(byUser, _books, _users, _options, cancellationToken);
        return new(_options, _users, _books) { BookWeights = _bookWeights };
    }
}
