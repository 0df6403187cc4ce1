using System.Buffers;
using System.Numerics.Tensors;
using BookRec.Engine.Artifacts;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Ranking;

/// <summary>
/// Ranks all books of a snapshot for one reader. Stateless, thread-safe; scratch memory is pooled.
/// </summary>
/// <remarks>
/// Parts are z-scores on the scale of the books trained on: collaborative x·y and neighbours Σⱼ weightⱼ·s(j, i) (0, neutral, for newer
/// books without factors); content Σⱼ weightⱼ·cos(j, i) over the reader's signals; popularity ln(1 + readers). The strategy Collaborative is the two
/// parts made of other readers' choices, in the hybrid's proportion.
/// </remarks>
public static class HybridRanker
{
    /// <param name="model">The snapshot the reader was folded under, or the same with newer books.</param>
    /// <param name="strategy">
    /// A reader of whom nothing is known that the strategy can use is ranked by <see cref="RankingStrategy.Popular"/>, where the score is
    /// the decayed reader count itself.
    /// </param>
    /// <param name="isCandidate">By book index: whether it may be in the list. Asked before the list is cut.</param>
    /// <param name="count">
    /// At most so many, best first, unless <see cref="HybridOptions.Diversity"/> says otherwise; ties by the smaller book id.
    /// </param>
    public static RankedBook[] Rank(ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy, Func<int, bool> isCandidate, int count)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Lead(model, reader, strategy, isCandidate, count).Best(_ => true, count)!;
    }

    /// <summary>The first books of the ranking, from which lists can be taken until the reader or the model changes.</summary>
    /// <param name="isCandidate">By book index: whether it may be in any list.</param>
    /// <param name="count">So many books can be had in one list, together with those that it leaves out. At least 0.</param>
    public static Shortlist Lead(ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy, Func<int, bool> isCandidate, int count)
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
        var isPersonal = Fill(parts, model, reader, strategy);
        var diversity = isPersonal ? model.Hybrid.Diversity : 0;
        var length = Shortlist.DepthFor(count, diversity);
        var leading = isPersonal ? parts.Best(model, isCandidate, length) : Popular(model, isCandidate, length);
        return new(leading, isPersonal, isComplete: leading.Length < length, model.Content, diversity);
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

    /// <summary>
    /// Books like one book: the collaborative part is the cosine of factor vectors, the neighbours' part what the book says for another over
    /// the most it says for any, the content part the cosine of TF-IDF vectors.
    /// </summary>
    /// <remarks>
    /// Not z-scores, so that a score means the same for every book: 1 is the most there can be. A candidate without factors has the
    /// collaborative part 0, which is what unrelated books have; a book without factors is compared by content alone, with all the weight,
    /// and one without neighbours gives their weight to the factors.
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
            var strongest = TensorPrimitives.Max<float>([0, .. model.Neighbours.StrengthsOf(book)]);
            var neighbourWeight = strongest > 0 ? model.Hybrid.NeighbourWeight : 0;
            var factorWeight = model.Hybrid.CollaborativeWeight - neighbourWeight;
            contentWeight -= model.Hybrid.CollaborativeWeight;
            var cosines = parts.Collaborative[..model.TrainedBooks];
            MatrixVector.Multiply(model.BookFactors, model.BookFactors.Row(book), cosines);
            TensorPrimitives.Multiply(cosines, model.InverseNorms, cosines);
            TensorPrimitives.Multiply(cosines, (float)factorWeight * model.InverseNorms[book], cosines);
            if (neighbourWeight > 0)
            {
                model.Neighbours.AddTo(parts.Neighbours, book, (float)neighbourWeight / strongest);
            }
        }

        model.Content.Score([(book, (float)contentWeight)], parts.Content);
        return parts.Best(model, candidate => candidate != book && isCandidate(candidate), count);
    }

    /// <returns>False when nothing is known of the reader that the strategy can use.</returns>
    static bool Fill(Parts parts, ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy)
    {
        var usesReaders = strategy is RankingStrategy.Hybrid or RankingStrategy.Collaborative;
        var usesFactors = usesReaders && reader.Folded.HasFactors;
        var usesNeighbours = usesReaders && model.Neighbours.Score(reader.Signals, parts.Neighbours[..model.TrainedBooks]);
        var usesContent = strategy is RankingStrategy.Hybrid or RankingStrategy.Content && AddUpContent(model, reader, parts.Content);
        if (!usesFactors && !usesNeighbours && !usesContent)
        {
            return false;
        }

        var (collaborative, neighbours, content, popularity) = Weights(model.Hybrid, reader, strategy);
        if (usesFactors)
        {
            var trained = parts.Collaborative[..model.TrainedBooks];
            MatrixVector.Multiply(model.BookFactors, reader.Folded.Vector, trained);
            for (var book = 0; book < model.NewFactors.Length; book++)
            {
                parts.Collaborative[model.TrainedBooks + book] = TensorPrimitives.Dot(model.NewFactors[book], reader.Folded.Vector);
            }

            Scores.Standardize(parts.Collaborative[..(model.TrainedBooks + model.NewFactors.Length)], model.TrainedBooks, collaborative);
        }

        if (usesNeighbours)
        {
            Scores.Standardize(parts.Neighbours[..model.TrainedBooks], neighbours);
        }

        if (usesContent)
        {
            Scores.Standardize(parts.Content, model.TrainedBooks, content);
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
            ranked[i] = new(best[i], popularity[best[i]], 0, 0, 0, popularity[best[i]]);
        }

        return ranked;
    }

    static bool AddUpContent(ModelSnapshot model, ReaderProfile reader, Span<float> scores)
    {
        model.Content.Score(reader.Signals.Select(signal => (signal.Book, signal.Weight)), scores);
        return scores.ContainsAnyExcept(0);
    }

    static (double Collaborative, double Neighbours, double Content, double Popularity) Weights(
        HybridOptions options, ReaderProfile reader, RankingStrategy strategy)
    {
        if (strategy != RankingStrategy.Hybrid)
        {
            return (1 - options.NeighbourShare, options.NeighbourShare, 1, 0);
        }

        var popularity = options.PopularityShare(reader.Signals.Count(signal => signal.Weight > 0));
        var rest = 1 - popularity;
        return (rest * options.FactorWeight, rest * options.NeighbourWeight, rest * options.ContentWeight, popularity);
    }

    /// <summary>The weighted parts of all books' scores, zero where a part says nothing.</summary>
    readonly ref struct Parts : IDisposable
    {
        const int PartsAndTotal = 5;

        readonly float[] _memory;
        readonly int _books;

        public Parts(int books)
        {
            _books = books;
            _memory = ArrayPool<float>.Shared.Rent(PartsAndTotal * books);
            Array.Clear(_memory, 0, PartsAndTotal * books);
        }

        public Span<float> Collaborative => _memory.AsSpan(0, _books);

        public Span<float> Content => _memory.AsSpan(_books, _books);

        public Span<float> Popularity => _memory.AsSpan(2 * _books, _books);

        public Span<float> Neighbours => _memory.AsSpan(3 * _books, _books);

        Span<float> Total => _memory.AsSpan(4 * _books, _books);

        public ReadOnlySpan<float> AddUp()
        {
            TensorPrimitives.Add(Collaborative, Content, Total);
            TensorPrimitives.Add(Total, Neighbours, Total);
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
                ranked[i] = new(book, Total[book], Collaborative[book], Neighbours[book], Content[book], Popularity[book]);
            }

            return ranked;
        }

        public void Dispose() => ArrayPool<float>.Shared.Return(_memory);
    }
}
