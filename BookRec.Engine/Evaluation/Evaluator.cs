using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Evaluation;

/// <summary>Scores every book for a row of the training part; higher is better. Called from several threads.</summary>
public delegate void RowScorer(int row, Span<float> scores);

/// <summary>
/// Scores every book for several rows at a time, where one pass over the model can serve them all. Called from several threads.
/// </summary>
/// <param name="scores">The scores of one row after the other.</param>
public delegate void BlockScorer(ReadOnlySpan<int> rows, Span<float> scores);

/// <summary>Full ranking: every book outside the row's training part is a candidate; ties by the smaller book id.</summary>
public static class Evaluator
{
    // Enough rows to share a pass over the model, few enough that their scores stay near.
    const int MostRowsAtOnce = 16;
    const int MostScoresAtOnce = 1 << 22;

    // Of the lists that what is beyond accuracy is told of.
    const int MostInList = 10;

    /// <summary>
    /// Metrics are named <c>precision@10</c>, <c>recall@20</c>, <c>ndcg@10</c>, <c>map@10</c> …, for each cut-off, and of the lists of ten (or
    /// the largest cut-off, where that is less) <c>novelty@10</c> and <c>diversity@10</c>.
    /// </summary>
    /// <param name="split">Readers × books; readers without a test item are not judged.</param>
    /// <param name="books">Ids of the columns, for ties.</param>
    /// <param name="scorer">Scores of −∞ or NaN are never listed.</param>
    /// <param name="cutoffs">K, each at least 1.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    /// <param name="content">Of the books; without it there is no diversity.</param>
    public static EvaluationResult Evaluate(
        Split split,
        Vocabulary books,
        RowScorer scorer,
        IReadOnlyList<int> cutoffs,
        int threads,
        CancellationToken cancellationToken,
        ContentIndex? content = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        return EvaluateBlocks(split, books, RowScorers.OneByOne(scorer), cutoffs, threads, cancellationToken, content);
    }

    /// <summary>As <see cref="Evaluate"/>, for models that score several rows at once.</summary>
    /// <param name="scorer">Scores of −∞ or NaN are never listed.</param>
    public static EvaluationResult EvaluateBlocks(
        Split split,
        Vocabulary books,
        BlockScorer scorer,
        IReadOnlyList<int> cutoffs,
        int threads,
        CancellationToken cancellationToken,
        ContentIndex? content = null)
    {
        Check(split, books, scorer, cutoffs, threads);
        var longest = cutoffs.Max();
        var listed = Math.Min(MostInList, longest);
        var (noveltyName, diversityName) = ($"novelty@{listed}", $"diversity@{listed}");
        var rows = Enumerable.Range(0, split.Test.Rows).Where(row => split.Test.CountOf(row) > 0).ToArray();
        var perReader = NamesOf(cutoffs).Append(noveltyName).Concat(content is null ? [] : [diversityName]).ToDictionary(name => name, _ => new double[rows.Length]);
        var (coverage, gini, novelty) = (new Coverage(books.Count), new Gini(books.Count), new Novelty(split.Train));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        var atOnce = RowsAtOnce(books.Count);
        Parallel.For(0, (rows.Length + atOnce - 1) / atOnce, parallel, () => new float[atOnce * books.Count], (block, _, memory) =>
        {
            var first = block * atOnce;
            var some = rows.AsSpan(first, Math.Min(atOnce, rows.Length - first));
            scorer(some, memory.AsSpan(0, some.Length * books.Count));
            for (var i = 0; i < some.Length; i++)
            {
                var scores = memory.AsSpan(i * books.Count, books.Count);
                foreach (var known in split.Train.ColumnsOf(some[i]))
                {
                    scores[known] = float.NegativeInfinity;
                }

                var list = TopK.Select(scores, books, null, longest);
                var shown = list.AsSpan(0, Math.Min(listed, list.Length));
                coverage.Add(shown);
                gini.Add(shown);
                perReader[noveltyName][first + i] = novelty.Of(shown);
                if (content is not null)
                {
                    perReader[diversityName][first + i] = IntraListDiversity.Of(shown, content);
                }

                Judge(list, split.Test.ColumnsOf(some[i]), cutoffs, first + i, perReader);
            }

            return memory;
        }, _ => { });
        var metrics = perReader.ToDictionary(metric => metric.Key, metric => MeanMetric.Of(metric.Value));
        return new(rows.Length, metrics, coverage.Share, gini.Index, perReader);
    }

    /// <summary>Mean of the paired differences a − b of one metric, with its standard error.</summary>
    /// <exception cref="ArgumentException">When a and b do not judge the same number of readers, or one lacks the metric.</exception>
    public static MeanMetric PairedDifference(EvaluationResult a, EvaluationResult b, string metric)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (!a.PerReader.TryGetValue(metric, out var ofA) || !b.PerReader.TryGetValue(metric, out var ofB) || ofA.Length != ofB.Length)
        {
            throw new ArgumentException($"There is no {metric} of the same readers in both results.", nameof(metric));
        }

        return MeanMetric.Of([.. ofA.Zip(ofB, (x, y) => x - y)]);
    }

    static int RowsAtOnce(int books) => Math.Clamp(MostScoresAtOnce / Math.Max(1, books), 1, MostRowsAtOnce);

    static IEnumerable<string> NamesOf(IEnumerable<int> cutoffs)
        => cutoffs.SelectMany(k => new[] { $"precision@{k}", $"recall@{k}", $"ndcg@{k}", $"map@{k}" });

    static void Judge(int[] list, ReadOnlySpan<int> relevant, IReadOnlyList<int> cutoffs, int reader, Dictionary<string, double[]> perReader)
    {
        var hits = new bool[list.Length];
        for (var i = 0; i < list.Length; i++)
        {
            hits[i] = relevant.BinarySearch(list[i]) >= 0;
        }

        foreach (var k in cutoffs)
        {
            perReader[$"precision@{k}"][reader] = Precision.At(k, hits);
            perReader[$"recall@{k}"][reader] = Recall.At(k, hits, relevant.Length);
            perReader[$"ndcg@{k}"][reader] = Ndcg.At(k, hits, relevant.Length);
            perReader[$"map@{k}"][reader] = AveragePrecision.At(k, hits, relevant.Length);
        }
    }

    static void Check(Split split, Vocabulary books, BlockScorer scorer, IReadOnlyList<int> cutoffs, int threads)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(cutoffs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (split.Train.Rows != split.Test.Rows || split.Train.Columns != books.Count || split.Test.Columns != books.Count)
        {
            throw new ArgumentException("Both parts of the split need the same rows, and a column for each book.", nameof(split));
        }

        if (cutoffs.Count == 0 || cutoffs.Any(k => k < 1) || cutoffs.Distinct().Count() != cutoffs.Count)
        {
            throw new ArgumentException("Cut-offs are distinct and at least 1.", nameof(cutoffs));
        }
    }
}
