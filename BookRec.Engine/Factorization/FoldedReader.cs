using BookRec.Engine.Artifacts;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>A reader solved under one snapshot: the vector, and where each score comes from. Immutable, thread-safe.</summary>
public sealed class FoldedReader
{
    readonly ModelSnapshot _model;
    readonly float[] _vector;
    readonly int _signalCount;
    readonly int[] _positions;
    readonly int[] _books;
    readonly float[] _weights;
    readonly float[] _confidences;

    // Factors² numbers that only explanations need: made at the first one.
    readonly Lazy<(float[] Factor, int Stride)> _system;

    /// <param name="positions">Which of the signals the books and weights are.</param>
    /// <param name="weights">Of the signals.</param>
    /// <param name="confidences">What the row was solved with: the same weights times those of the books.</param>
    internal FoldedReader(ModelSnapshot model, float[] vector, int signalCount, int[] positions, int[] books, float[] weights, float[] confidences)
    {
        (_model, _vector, _signalCount, _positions, _books) = (model, vector, signalCount, positions, books);
        (_weights, _confidences) = (weights, confidences);
        _system = new(FactorSystem);
    }

    /// <summary>The ALS factor vector; all zero for a reader of whom nothing is known.</summary>
    public ReadOnlySpan<float> Vector => _vector;

    /// <summary>Whether any signal was of a book with factors: otherwise the vector says nothing.</summary>
    public bool HasFactors => _books.Length > 0;

    /// <summary>What the vector was solved against.</summary>
    internal FactorMatrix BookFactors => _model.BookFactors;

    /// <summary>
    /// Splits the collaborative score of a book into what each signal adds, in the order of the signals: the score is linear in them
    /// (Hu, Koren and Volinsky 2008, section 5). They add up to the score.
    /// </summary>
    /// <remarks>x = A⁻¹ Σ wₖtₖyₖ, so x·yⱼ = Σ wₖtₖ · yₖ·(A⁻¹yⱼ): one pair of triangular solves for the book, one inner product a signal.</remarks>
    /// <param name="book">0 … Books.Count−1; a book without factors gets zeros.</param>
    public unsafe double[] Contributions(int book)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(book);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(book, _model.Books.Count);
        var contributions = new double[_signalCount];
        if (!HasFactors || book >= _model.TrainedBooks)
        {
            return contributions;
        }

        var (factor, stride) = _system.Value;
        var influence = _model.BookFactors.Row(book).ToArray();
        fixed (float* u = factor, z = influence, y = _model.BookFactors.Values)
        {
            Cholesky.Solve(u, stride, _vector.Length, z);
            for (var k = 0; k < _books.Length; k++)
            {
                var row = y + ((long)_books[k] * _vector.Length);
                contributions[_positions[k]] = _confidences[k] * (double)VectorKernels.Dot(row, z, _vector.Length);
            }
        }

        return contributions;
    }

    /// <summary>
    /// Splits the item-to-item score of a book into what each signal adds, in the order of the signals. They add up to the score.
    /// </summary>
    /// <param name="book">0 … Books.Count−1; a book newer than the model gets zeros.</param>
    public double[] NeighbourContributions(int book)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)book, (uint)_model.Books.Count, nameof(book));
        var contributions = new double[_signalCount];
        for (var k = 0; k < _books.Length && book < _model.TrainedBooks; k++)
        {
            contributions[_positions[k]] = _weights[k] * _model.Neighbours.Strength(_books[k], book);
        }

        return contributions;
    }

    (float[] Factor, int Stride) FactorSystem()
    {
        using var solver = new RowSolver(_model.BookFactors, _model.Gramian, _model.Als);
        return solver.Factor(_books, _confidences);
    }
}
