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

    /// <summary>x·y.</summary>
    public static RowScorer Collaborative(AlsModel als)
    {
        ArgumentNullException.ThrowIfNull(als);
        return (row, scores) => MatrixVector.Multiply(als.BookFactors, als.UserFactors.Row(row), scores);
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

    /// <summary>The weighted z-scores of all parts.</summary>
    /// <param name="popularity">Its scores enter as ln(1 + score).</param>
    public static RowScorer Hybrid(
        RowScorer collaborative, RowScorer neighbours, RowScorer content, PopularityModel popularity, InteractionMatrix train, HybridOptions options)
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
        return (row, scores) =>
        {
            var share = train.CountOf(row) == 0 ? 1 : options.PopularityShare(train.CountOf(row));
            TensorPrimitives.Multiply(popular, (float)share, scores);
            AddStandardized(collaborative, row, (1 - share) * options.FactorWeight, scores);
            AddStandardized(neighbours, row, (1 - share) * options.NeighbourWeight, scores);
            AddStandardized(content, row, (1 - share) * options.ContentWeight, scores);
        };
    }

    static void AddStandardized(RowScorer scorer, int row, double weight, Span<float> sum)
    {
        if (weight == 0)
        {
            return;
        }

        var pooled = ArrayPool<float>.Shared.Rent(sum.Length);
        var part = pooled.AsSpan(0, sum.Length);
        scorer(row, part);
        Scores.Standardize(part, weight);
        TensorPrimitives.Add(sum, part, sum);
        ArrayPool<float>.Shared.Return(pooled);
    }
}
