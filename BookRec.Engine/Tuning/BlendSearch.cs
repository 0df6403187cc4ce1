using System.Numerics.Tensors;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Tuning;

/// <summary>
/// Chooses the weights of the parts on a validation split. Every part is computed once for each reader, and only for the books that some
/// part ranks high, so that a blend costs a few milliseconds and hundreds can be tried.
/// </summary>
/// <remarks>
/// Near its best NDCG is flat in the weights, flatter than chance can tell apart, while recall still differs: a blend is judged by the
/// product of both, where a percent of one is worth a percent of the other. What is left is flat as well, and which of its blends comes out
/// first is chance: the middle of those that are as good as the best does as well on other readers, and is nearly the same whoever judges.
/// </remarks>
public static class BlendSearch
{
    const int BestOfEachPart = 150;
    const int RowsAtOnce = 16;
    const int Parts = 4;
    const int MostReadersJudged = 500;
    const int StepsToOne = 20;

    // As good as the best: half a percent of NDCG and of recall.
    const double Tolerance = 0.01;

    static readonly double[] s_pseudoCounts = [0.5, 0, 1, 2, 3, 4, 5, 6, 8, 12];
    static readonly int[] s_fewBooks = [1, 3];

    /// <param name="validation">The same split the parts' options were chosen on.</param>
    /// <param name="parts">Factors, neighbours and content, in this order, fitted on the validation split's training part.</param>
    /// <returns>The blend, with the NDCG it reached.</returns>
    public static (HybridOptions Options, double Score) Run(
        Split validation, Vocabulary books, BlockScorer[] parts, PopularityModel popularity, TuningOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(popularity);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(parts.Length, Parts - 1, nameof(parts));
        var split = ReaderSample.Of(validation, options.Validate().Readers);
        var readers = Pools(split, books, parts, popularity, options.Threads, cancellationToken);
        var tried = Grid(options).Select(candidate =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (ndcg, recall) = Judge(readers, candidate, options);
            return (Options: candidate, Product: ndcg * recall);
        }).ToArray();
        var best = tried.Max(candidate => candidate.Product);
        var blend = Middle([.. tried.Where(candidate => candidate.Product >= (1 - Tolerance) * best).Select(candidate => candidate.Options)]);
        return (blend, Judge(readers, blend, options).Ndcg);
    }

    /// <summary>
    /// Chooses popularity's share last, for readers of whom little is known as much as for the others: to those with many books it hardly
    /// matters, and to those with one it is most of the list.
    /// </summary>
    /// <param name="known">Readers the parts were fitted with, judged by all of their books.</param>
    /// <param name="strangers">Readers the parts were fitted without, judged by few: to a model that has learnt from a reader one book tells too much.</param>
    /// <param name="partsOf">The parts of <see cref="Run"/> for the rows of a matrix, folded in where they are of other readers.</param>
    /// <returns>The blend with the κ under which the product over 1, 3 and all books is largest.</returns>
    public static HybridOptions ForFewBooks(
        HybridOptions blend,
        Split known,
        Split strangers,
        Vocabulary books,
        Func<InteractionMatrix, BlockScorer[]> partsOf,
        PopularityModel popularity,
        TuningOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(partsOf);
        var whole = ReaderSample.Of(known, MostReadersJudged);
        var groups = s_fewBooks.Select(count => ReaderSample.CutShort(strangers, count)).Prepend(whole with { Train = ReaderSample.TrainOf(whole) })
            .Select(split => Pools(split, books, partsOf(split.Train), popularity, options.Threads, cancellationToken))
            .Where(readers => readers.Length > 0).ToArray();
        return s_pseudoCounts.Select(count => blend with { PopularityPseudoCount = count }).MaxBy(Product)!;

        double Product(HybridOptions candidate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return groups.Select(readers => Judge(readers, candidate, options)).Aggregate(1.0, (product, mean) => product * mean.Ndcg * mean.Recall);
        }
    }

    static (double Ndcg, double Recall) Judge(Pool[] readers, HybridOptions candidate, TuningOptions options)
    {
        var (ndcgs, recalls) = (new double[readers.Length], new double[readers.Length]);
        Parallel.For(0, readers.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, reader =>
            (ndcgs[reader], recalls[reader]) = readers[reader].Judge(candidate, options.Cutoff));
        return (MeanMetric.Of(ndcgs).Mean, MeanMetric.Of(recalls).Mean);
    }

    static IEnumerable<HybridOptions> Grid(TuningOptions options)
        => from weight in Enumerable.Range(2, StepsToOne - 1)
           from share in Enumerable.Range(0, options.MaximumNeighbours == 0 ? 1 : StepsToOne + 1)
           select new HybridOptions { CollaborativeWeight = weight / (double)StepsToOne, NeighbourShare = share / (double)StepsToOne };

    /// <summary>The mean weight of each part.</summary>
    static HybridOptions Middle(HybridOptions[] blends)
    {
        var (collaborative, neighbours) = (blends.Average(blend => blend.CollaborativeWeight), blends.Average(blend => blend.NeighbourWeight));

        // Rounded, so that what is recorded reads well.
        return new() { CollaborativeWeight = Math.Round(collaborative, 3), NeighbourShare = Math.Round(neighbours / collaborative, 3) };
    }

    static Pool[] Pools(
        Split split, Vocabulary books, BlockScorer[] parts, PopularityModel popularity, int threads, CancellationToken cancellationToken)
    {
        var popular = new float[books.Count];
        TensorPrimitives.LogP1(popularity.Scores, popular);
        Scores.Standardize(popular);
        var rows = Enumerable.Range(0, split.Test.Rows).Where(row => split.Test.CountOf(row) > 0).ToArray();
        var pools = new Pool[rows.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, (rows.Length + RowsAtOnce - 1) / RowsAtOnce, parallel, block =>
        {
            var some = rows.AsSpan(block * RowsAtOnce, Math.Min(RowsAtOnce, rows.Length - (block * RowsAtOnce)));
            var scores = Array.ConvertAll(parts, _ => new float[RowsAtOnce * books.Count]);
            for (var part = 0; part < parts.Length; part++)
            {
                parts[part](some, scores[part].AsSpan(0, some.Length * books.Count));
            }

            for (var i = 0; i < some.Length; i++)
            {
                var ofRow = Array.ConvertAll(scores, part => part.AsMemory(i * books.Count, books.Count));
                pools[(block * RowsAtOnce) + i] = PoolOf(some[i], ofRow, popular, split, books);
            }
        });
        return pools;
    }

    static Pool PoolOf(int row, Memory<float>[] parts, float[] popular, Split split, Vocabulary books)
    {
        var known = split.Train.ColumnsOf(row).ToArray();
        var candidates = new SortedSet<int>();
        foreach (var part in parts)
        {
            Scores.Standardize(part.Span);
            candidates.UnionWith(TopK.Select(part.Span, books, book => Array.BinarySearch(known, book) < 0, BestOfEachPart));
        }

        candidates.UnionWith(TopK.Select(popular, books, book => Array.BinarySearch(known, book) < 0, BestOfEachPart));
        var values = new float[candidates.Count * Parts];
        var hits = new bool[candidates.Count];
        var relevant = split.Test.ColumnsOf(row);
        foreach (var (i, book) in candidates.Index())
        {
            for (var part = 0; part < parts.Length; part++)
            {
                values[(i * Parts) + part] = parts[part].Span[book];
            }

            values[(i * Parts) + Parts - 1] = popular[book];
            hits[i] = relevant.BinarySearch(book) >= 0;
        }

        return new(values, hits, relevant.Length, known.Length);
    }

    /// <summary>One reader's candidates with their parts: factors, neighbours, content, popularity.</summary>
    sealed record Pool(float[] Values, bool[] Hits, int Relevant, int Known)
    {
        public (double Ndcg, double Recall) Judge(HybridOptions options, int cutoff)
        {
            var share = Known == 0 ? 1 : options.PopularityShare(Known);
            var factors = (float)((1 - share) * options.FactorWeight);
            var neighbours = (float)((1 - share) * options.NeighbourWeight);
            var content = (float)((1 - share) * options.ContentWeight);
            var popular = (float)share;
            Span<float> top = stackalloc float[cutoff];
            Span<bool> hits = stackalloc bool[cutoff];
            var count = 0;
            for (int i = 0, v = 0; i < Hits.Length; i++, v += Parts)
            {
                var score = (factors * Values[v]) + (neighbours * Values[v + 1]) + (content * Values[v + 2]) + (popular * Values[v + 3]);
                if (count == cutoff && score <= top[^1])
                {
                    continue;
                }

                var at = count < cutoff ? count++ : cutoff - 1;
                for (; at > 0 && top[at - 1] < score; at--)
                {
                    (top[at], hits[at]) = (top[at - 1], hits[at - 1]);
                }

                (top[at], hits[at]) = (score, Hits[i]);
            }

            return (Ndcg.At(cutoff, hits[..count], Relevant), Recall.At(cutoff, hits[..count], Relevant));
        }
    }
}
