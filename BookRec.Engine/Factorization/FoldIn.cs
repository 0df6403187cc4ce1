using BookRec.Engine.Artifacts;

namespace BookRec.Engine.Factorization;

/// <summary>One thing known of a reader: a book index of the snapshot with the confidence that it is liked (positive) or disliked (negative).</summary>
public readonly record struct Signal(int Book, float Weight);

/// <summary>Solves one row against fixed book factors: the same row solve as training's.</summary>
public static class FoldIn
{
    /// <summary>
    /// Books the model has no factors for are passed over. A negative signal enters with its weight as confidence and −1 as target, so that
    /// what lies near it is pushed away.
    /// </summary>
    /// <param name="signals">Finite weights; a weight of 0 says nothing and is passed over. Each book at most once.</param>
    /// <exception cref="ArgumentException">When a book is not of the snapshot, or a weight is not finite.</exception>
    public static FoldedReader Solve(ModelSnapshot model, IReadOnlyList<Signal> signals)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(signals);
        var usable = new List<int>(signals.Count);
        for (var i = 0; i < signals.Count; i++)
        {
            var (book, weight) = signals[i];
            if ((uint)book >= (uint)model.Books.Count || !float.IsFinite(weight))
            {
                throw new ArgumentException($"Signal {i} has book {book} of {model.Books.Count} and weight {weight}.", nameof(signals));
            }

            if (book < model.TrainedBooks && weight != 0)
            {
                usable.Add(i);
            }
        }

        var books = usable.Select(i => signals[i].Book).ToArray();
        var weights = usable.Select(i => signals[i].Weight).ToArray();
        var confidences = model.BookWeights.IsEmpty ? weights : [.. weights.Zip(books, (weight, book) => weight * model.BookWeights.Span[book])];
        var vector = new float[model.BookFactors.Factors];
        if (books.Length > 0)
        {
            using var solver = new RowSolver(model.BookFactors, model.Gramian, model.Als);
            solver.Solve(books, confidences, vector);
        }

        return new(model, vector, signals.Count, [.. usable], books, weights, confidences);
    }
}
