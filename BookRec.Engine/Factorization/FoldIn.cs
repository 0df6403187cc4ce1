using BookRec.Engine.Artifacts;

namespace BookRec.Engine.Factorization;

/// <summary>One thing known of a reader: a book index of the snapshot with the confidence that it is liked (positive) or disliked (negative).</summary>
public readonly record struct Signal(int Book, float Weight);

/// <summary>A reader solved under one snapshot: the vector, and where each score comes from. Immutable.</summary>
public sealed class FoldedReader
{
    /// <summary>The ALS factor vector; all zero for a reader of whom nothing is known.</summary>
    public ReadOnlySpan<float> Vector => throw new NotImplementedException();

    /// <summary>
    /// Splits the collaborative score of a book into what each signal adds, in the order of the signals: the score is linear in them
    /// (Hu, Koren and Volinsky 2008, section 5). They add up to the score.
    /// </summary>
    public double[] Contributions(int book) => throw new NotImplementedException();
}

/// <summary>Solves one row against fixed book factors: the same row solve as training's.</summary>
public static class FoldIn
{
    /// <summary>
    /// Books the model has no factors for are passed over. A negative signal enters with its weight as confidence and −1 as target, so that
    /// what lies near it is pushed away.
    /// </summary>
    public static FoldedReader Solve(ModelSnapshot model, IReadOnlyList<Signal> signals) => throw new NotImplementedException();
}
