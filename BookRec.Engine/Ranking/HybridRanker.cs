using System.Buffers;
using System.Numerics.Tensors;
using BookRec.Engine.Artifacts;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Ranking;

/// <summary>
/// Ranks all books of a snapshot for one reader. Stateless, thread-safe; scratch memory is pooled.
/// </summary>
/// <remarks>
/// Parts are z-scores over all books: collaborative x·y over the books trained on (0, neutral, for newer ones); content
/// Σⱼ weightⱼ·cos(j, i) over the reader's signals; popularity ln(1 + readers).
/// </remarks>
public static class HybridRanker
{
    /// <param name="model">The snapshot the reader was folded under, or the same with newer books.</param>
    /// <param name="strategy">
    /// A reader of whom nothing is known that the strategy can use is ranked by <see cref="RankingStrategy.Popular"/>, where the score is
    /// the decayed reader count itself.
    /// </param>
    /// <param name="isCandidate">By book index: whether it may be in the list. Asked before the list is cut.</param>
    /// <param name="count">At most so many, best first; ties by the smaller book id.</param>
    public static RankedBook[] Rank(ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy, Func<int, bool> isCandidate, int count)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(isCandidate);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (reader.Folded.BookFactors != model.BookFactors)
        {
            throw new ArgumentException("The reader was folded in under another model; fold it in again.", nameof(reader));
        }

        using var parts = new Parts(model.Books.Count);
        return Fill(parts, model, reader, strategy) ? parts.Best(model, isCandidate, count) : Popular(model, isCandidate, count);
    }

    /// <summary>The scores by which <see cref="Rank"/> ranks, of all books: for evaluation.</summary>
    /// <param name="scores">Books.Count numbers; overwritten.</param>
    public static void Score(ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(reader);
        using var parts = new Parts(model.Books.Count);
        if (Fill(parts, model, reader, strategy))
        {
            parts.AddUp().CopyTo(scores);
        }
        else
        {
            model.Popularity.CopyTo(scores);
        }
    }

    /// <summary>Books like one book: the collaborative part is the cosine of factor vectors, the content part the cosine of TF-IDF vectors.</summary>
    /// <remarks>
    /// Raw cosines, so that a score means the same for every book: 1 is the book itself. A candidate without factors has the collaborative
    /// part 0, which is what unrelated books have; a book without factors is compared by content alone, with all the weight.
    /// </remarks>
    /// <param name="book">0 … Books.Count−1; never in the list itself.</param>
    public static RankedBook[] Similar(ModelSnapshot model, int book, Func<int, bool> isCandidate, int count)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(isCandidate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)book, (uint)model.Books.Count, nameof(book));
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using var parts = new Parts(model.Books.Count);
        var contentWeight = 1.0;
        if (book < model.TrainedBooks && model.InverseNorms[book] > 0)
        {
            contentWeight -= model.Hybrid.CollaborativeWeight;
            var cosines = parts.Collaborative[..model.TrainedBooks];
            MatrixVector.Multiply(model.BookFactors, model.BookFactors.Row(book), cosines);
            TensorPrimitives.Multiply(cosines, model.InverseNorms, cosines);
            TensorPrimitives.Multiply(cosines, (float)model.Hybrid.CollaborativeWeight * model.InverseNorms[book], cosines);
        }

        model.Content.Score([(book, (float)contentWeight)], parts.Content);
        return parts.Best(model, candidate => candidate != book && isCandidate(candidate), count);
    }

    /// <returns>False when nothing is known of the reader that the strategy can use.</returns>
    static bool Fill(Parts parts, ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy)
    {
        var usesFactors = strategy is RankingStrategy.Hybrid or RankingStrategy.Collaborative && reader.Folded.HasFactors;
        var usesContent = strategy is RankingStrategy.Hybrid or RankingStrategy.Content && AddUpContent(model, reader, parts.Content);
        if (!usesFactors && !usesContent)
        {
            return false;
        }

        var (collaborative, content, popularity) = Weights(model.Hybrid, reader, strategy);
        if (usesFactors)
        {
            var trained = parts.Collaborative[..model.TrainedBooks];
            MatrixVector.Multiply(model.BookFactors, reader.Folded.Vector, trained);
            Scores.Standardize(trained, collaborative);
        }

        if (usesContent)
        {
            Scores.Standardize(parts.Content, content);
        }

        if (popularity > 0)
        {
            TensorPrimitives.Multiply(model.PopularityZ, (float)popularity, parts.Popularity);
        }

        return true;
    }

    static RankedBook[] Popular(ModelSnapshot model, Func<int, bool> isCandidate, int count)
    {
        var popularity = model.Popularity;
        var best = TopK.Select(popularity, model.Books, isCandidate, count);
        var ranked = new RankedBook[best.Length];
        for (var i = 0; i < best.Length; i++)
        {
            ranked[i] = new(best[i], popularity[best[i]], 0, 0, popularity[best[i]]);
        }

        return ranked;
    }

    static bool AddUpContent(ModelSnapshot model, ReaderProfile reader, Span<float> scores)
    {
        model.Content.Score(reader.Signals.Select(signal => (signal.Book, signal.Weight)), scores);
        return scores.ContainsAnyExcept(0);
    }

    static (double Collaborative, double Content, double Popularity) Weights(HybridOptions options, ReaderProfile reader, RankingStrategy strategy)
    {
        if (strategy != RankingStrategy.Hybrid)
        {
            return (1, 1, 0);
        }

        var popularity = options.PopularityShare(reader.Signals.Count(signal => signal.Weight > 0));
        return ((1 - popularity) * options.CollaborativeWeight, (1 - popularity) * (1 - options.CollaborativeWeight), popularity);
    }

    /// <summary>The weighted parts of all books' scores, zero where a part says nothing.</summary>
    readonly ref struct Parts : IDisposable
    {
        readonly float[] _memory;
        readonly int _books;

        public Parts(int books)
        {
            _books = books;
            _memory = ArrayPool<float>.Shared.Rent(4 * books);
            Array.Clear(_memory, 0, 4 * books);
        }

        public Span<float> Collaborative => _memory.AsSpan(0, _books);

        public Span<float> Content => _memory.AsSpan(_books, _books);

        public Span<float> Popularity => _memory.AsSpan(2 * _books, _books);

        Span<float> Total => _memory.AsSpan(3 * _books, _books);

        public ReadOnlySpan<float> AddUp()
        {
            TensorPrimitives.Add(Collaborative, Content, Total);
            TensorPrimitives.Add(Total, Popularity, Total);
            return Total;
        }

        public RankedBook[] Best(ModelSnapshot model, Func<int, bool> isCandidate, int count)
        {
            var best = TopK.Select(AddUp(), model.Books, isCandidate, count);
            var ranked = new RankedBook[best.Length];
            for (var i = 0; i < best.Length; i++)
            {
                var book = best[i];
                ranked[i] = new(book, Total[book], Collaborative[book], Content[book], Popularity[book]);
            }

            return ranked;
        }

        public void Dispose() => ArrayPool<float>.Shared.Return(_memory);
    }
}
