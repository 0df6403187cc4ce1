using System.Buffers;
using System.Numerics.Tensors;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Evaluation;

/// <summary>The models as the evaluator sees them: what <see cref="HybridRanker"/> does for one reader, for every row of a training part.</summary>
public static class RowScorers
{
    /// <summary>The same for everybody.</summary>
    public static RowScorer Popular(PopularityModel popularity)
    {
        ArgumentNullException.ThrowIfNull(popularity);
        return (_, scores) => popularity.Scores.CopyTo(scores);
    }

    /// <summary>x·y, as a product of two matrices.</summary>
    public static BlockScorer Collaborative(AlsModel als)
    {
        ArgumentNullException.ThrowIfNull(als);
        var (factors, books) = (als.BookFactors.Factors, PackedMatrix.OfTransposed(als.BookFactors.Values, als.BookFactors.Factors));
        return (rows, scores) =>
        {
            var users = new float[rows.Length * factors];
            for (var i = 0; i < rows.Length; i++)
            {
                als.UserFactors.Row(rows[i]).CopyTo(users.AsSpan(i * factors));
            }

            books.Multiply(users, scores);
        };
    }

    /// <summary>A row at a time.</summary>
    public static BlockScorer OneByOne(RowScorer scorer)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        return (rows, scores) =>
        {
            for (var i = 0; i < rows.Length; i++)
            {
                scorer(rows[i], scores.Slice(i * (scores.Length / rows.Length), scores.Length / rows.Length));
            }
        };
    }

    /// <summary>Σⱼ weightⱼ·s(j, i) over the row's training part.</summary>
    public static RowScorer Neighbours(BookNeighbours neighbours, InteractionMatrix train)
    {
        ArgumentNullException.ThrowIfNull(neighbours);
        ArgumentNullException.ThrowIfNull(train);
        return (row, scores) =>
        {
            scores.Clear();
            var books = train.ColumnsOf(row);
            var weights = train.WeightsOf(row);
            for (var i = 0; i < books.Length; i++)
            {
                neighbours.AddTo(scores, books[i], weights[i]);
            }
        };
    }

    /// <summary>Σⱼ weightⱼ·cos(j, i) over the row's training part.</summary>
    public static RowScorer Content(ContentIndex content, InteractionMatrix train)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(train);
        return (row, scores) =>
        {
            var (books, weights) = (train.ColumnsOf(row).ToArray(), train.WeightsOf(row).ToArray());
            content.Score(books.Zip(weights), scores);
        };
    }

    /// <summary>The best few of a row in the order of <see cref="HybridOptions.Diversity"/>, before all others.</summary>
    /// <param name="train">Books of the row's training part are passed over.</param>
    /// <param name="diversity">d, 0 … 1.</param>
    /// <param name="count">How many books are put in order.</param>
    public static BlockScorer Diversified(
        BlockScorer scorer, InteractionMatrix train, Vocabulary books, ContentIndex content, double diversity, int count)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(content);
        return (rows, scores) =>
        {
            scorer(rows, scores);
            for (var i = 0; i < rows.Length; i++)
            {
                var ofRow = scores.Slice(i * books.Count, books.Count);
                foreach (var known in train.ColumnsOf(rows[i]))
                {
                    ofRow[known] = float.NegativeInfinity;
                }

                var best = TopK.Select(ofRow, books, null, count * Mmr.Depth);
                var scoresOfBest = new float[best.Length];
                for (var place = 0; place < best.Length; place++)
                {
                    scoresOfBest[place] = ofRow[best[place]];
                }

                var list = Mmr.Select(best, scoresOfBest, content, diversity, count);
                for (var rank = 0; rank < list.Length; rank++)
                {
                    ofRow[best[list[rank]]] = float.MaxValue / (rank + 2);
                }
            }
        };
    }

    /// <summary>The weighted z-scores of all parts.</summary>
    /// <param name="popularity">Its scores enter as ln(1 + score).</param>
    public static BlockScorer Hybrid(
        BlockScorer collaborative, RowScorer neighbours, RowScorer content, PopularityModel popularity, InteractionMatrix train, HybridOptions options)
    {
        ArgumentNullException.ThrowIfNull(collaborative);
        ArgumentNullException.ThrowIfNull(neighbours);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(popularity);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var popular = new float[popularity.Scores.Length];
        TensorPrimitives.LogP1(popularity.Scores, popular);
        Scores.Standardize(popular);
        (BlockScorer Part, double Weight)[] parts =
        [
            (collaborative, options.FactorWeight), (OneByOne(neighbours), options.NeighbourWeight), (OneByOne(content), options.ContentWeight),
        ];
        return (rows, scores) =>
        {
            Span<double> shares = stackalloc double[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                shares[i] = train.CountOf(rows[i]) == 0 ? 1 : options.PopularityShare(train.CountOf(rows[i]));
                TensorPrimitives.Multiply(popular, (float)shares[i], scores.Slice(i * popular.Length, popular.Length));
            }

            var pooled = ArrayPool<float>.Shared.Rent(scores.Length);
            var part = pooled.AsSpan(0, scores.Length);
            foreach (var (scorer, weight) in parts)
            {
                if (weight == 0)
                {
                    continue;
                }

                scorer(rows, part);
                for (var i = 0; i < rows.Length; i++)
                {
                    Scores.Standardize(part.Slice(i * popular.Length, popular.Length), (1 - shares[i]) * weight);
                }

                TensorPrimitives.Add(scores, part, scores);
            }

            ArrayPool<float>.Shared.Return(pooled);
        };
    }
}
