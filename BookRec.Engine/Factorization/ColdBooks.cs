using System.Numerics.Tensors;
using BookRec.Engine.Content;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// A factor vector for a book nobody has read, from its content: ridge regression of the read books' factors on their TF-IDF vectors
/// (Gantner et al., 2010, "Learning attribute-to-feature mappings for cold-start recommendations"). Immutable, thread-safe.
/// </summary>
/// <remarks>
/// <code>
/// C   content vectors of the read books      Y   their factors, less the mean ȳ
/// A   (CCᵀ + λI)⁻¹ Y                         y   ȳ + (Cc)ᵀA for a new book of content c
/// </code>
/// The dual form, so that it takes as much room as the factors, however many terms there are. λ is chosen by the error on every tenth book.
/// </remarks>
public sealed class ColdBooks
{
    const int FactorsAtOnce = 16;
    const int Iterations = 25;
    const int LeftOut = 10;

    static readonly float[] s_penalties = [0.1f, 0.3f, 1, 3, 10];

    internal ColdBooks(FactorMatrix coefficients, float[] mean) => (Coefficients, Mean) = (coefficients, mean);

    /// <summary>A, books × factors; zero for books nobody has read.</summary>
    internal FactorMatrix Coefficients { get; }

    /// <summary>ȳ.</summary>
    internal ReadOnlyMemory<float> Mean { get; }

    /// <param name="content">Of the trained books.</param>
    /// <param name="bookFactors">All zero for a book nobody has read; such books teach nothing.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    public static ColdBooks Fit(ContentIndex content, FactorMatrix bookFactors, int threads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(bookFactors);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bookFactors.Rows, content.Books, nameof(bookFactors));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var read = Enumerable.Range(0, bookFactors.Rows).Where(book => bookFactors.Row(book).ContainsAnyExcept(0)).ToArray();
        var mean = MeanOf(bookFactors, read);
        var coefficients = new FactorMatrix(bookFactors.Rows, bookFactors.Factors);
        if (read.Length > 0)
        {
            var penalty = Penalty(content, bookFactors, mean, read);
            var blocks = (bookFactors.Factors + FactorsAtOnce - 1) / FactorsAtOnce;
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
            Parallel.For(0, blocks, parallel, block => CopyBlock(Solve(content, Block(bookFactors, mean, read, block), read, penalty), coefficients, read, block));
        }

        return new(coefficients, mean);
    }

    /// <summary>The vector of a book with this content; the mean of all where nothing is known of it.</summary>
    /// <param name="content">The one this was fitted on, or the same with newer books.</param>
    internal float[] FactorsOf(SparseVector book, ContentIndex content)
    {
        var cosines = content.CosinesOfBulk(book);
        var factors = Mean.ToArray();
        foreach (var (other, cosine) in cosines.Index())
        {
            if (cosine != 0)
            {
                TensorPrimitives.MultiplyAdd(Coefficients.Row(other), cosine, factors, factors);
            }
        }

        return factors;
    }

    static float[] MeanOf(FactorMatrix factors, int[] read)
    {
        var mean = new float[factors.Factors];
        foreach (var book in read)
        {
            TensorPrimitives.MultiplyAdd(factors.Row(book), 1f / read.Length, mean, mean);
        }

        return mean;
    }

    /// <summary>The λ with the smallest squared error on books left out, judged by the first few factors.</summary>
    static float Penalty(ContentIndex content, FactorMatrix factors, float[] mean, int[] read)
    {
        var (known, leftOut) = (read.Where((_, i) => i % LeftOut != 0).ToArray(), read.Where((_, i) => i % LeftOut == 0).ToArray());
        var (targets, truth) = (Block(factors, mean, known, 0), Block(factors, mean, leftOut, 0));
        return known.Length == 0 ? s_penalties[^1] : s_penalties.MinBy(penalty =>
        {
            var sums = new float[content.Terms * FactorsAtOnce];
            AddToTerms(content, known, Solve(content, targets, known, penalty), sums);
            var predicted = new float[truth.Length];
            AddFromTerms(content, leftOut, sums, predicted);
            return TensorPrimitives.Distance<float>(predicted, truth);
        });
    }

    /// <summary>Some of the factors of some books, less the mean: books × 16.</summary>
    static float[] Block(FactorMatrix factors, float[] mean, int[] books, int block)
    {
        var (first, values) = (block * FactorsAtOnce, new float[books.Length * FactorsAtOnce]);
        var width = Math.Min(FactorsAtOnce, factors.Factors - first);
        for (var i = 0; i < books.Length; i++)
        {
            TensorPrimitives.Subtract(factors.Row(books[i]).Slice(first, width), mean.AsSpan(first, width), values.AsSpan(i * FactorsAtOnce));
        }

        return values;
    }

    static void CopyBlock(float[] values, FactorMatrix target, int[] books, int block)
    {
        var first = block * FactorsAtOnce;
        var width = Math.Min(FactorsAtOnce, target.Factors - first);
        for (var i = 0; i < books.Length; i++)
        {
            values.AsSpan(i * FactorsAtOnce, width).CopyTo(target.Row(books[i])[first..]);
        }
    }

    /// <summary>(CCᵀ + λI) X = Y by conjugate gradients, each column with steps of its own (Hestenes and Stiefel, 1952).</summary>
    static float[] Solve(ContentIndex content, float[] targets, int[] books, float penalty)
    {
        var (solution, residual, direction) = (new float[targets.Length], targets.ToArray(), targets.ToArray());
        var (product, terms) = (new float[targets.Length], new float[content.Terms * FactorsAtOnce]);
        var squares = ColumnDots(residual, residual);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            Array.Clear(terms);
            AddToTerms(content, books, direction, terms);
            TensorPrimitives.Multiply(direction, penalty, product);
            AddFromTerms(content, books, terms, product);
            var curvature = ColumnDots(direction, product);
            var step = Quotients(squares, curvature);
            AddColumns(solution, direction, step);
            AddColumns(residual, product, Array.ConvertAll(step, s => -s));
            var next = ColumnDots(residual, residual);
            var turn = Quotients(next, squares);
            squares = next;
            for (var at = 0; at < direction.Length; at += FactorsAtOnce)
            {
                TensorPrimitives.MultiplyAdd(direction.AsSpan(at, FactorsAtOnce), turn, residual.AsSpan(at, FactorsAtOnce), direction.AsSpan(at, FactorsAtOnce));
            }
        }

        return solution;
    }

    // A column that is solved has nothing left to divide.
    static float[] Quotients(float[] a, float[] b) => [.. a.Zip(b, (x, y) => y > 0 ? x / y : 0)];

    static float[] ColumnDots(float[] a, float[] b)
    {
        var sums = new float[FactorsAtOnce];
        for (var at = 0; at < a.Length; at += FactorsAtOnce)
        {
            TensorPrimitives.MultiplyAdd(a.AsSpan(at, FactorsAtOnce), b.AsSpan(at, FactorsAtOnce), sums, sums);
        }

        return sums;
    }

    static void AddColumns(float[] target, float[] source, float[] scales)
    {
        for (var at = 0; at < target.Length; at += FactorsAtOnce)
        {
            TensorPrimitives.MultiplyAdd(source.AsSpan(at, FactorsAtOnce), scales, target.AsSpan(at, FactorsAtOnce), target.AsSpan(at, FactorsAtOnce));
        }
    }

    /// <summary>terms ← terms + Cᵀ·values.</summary>
    static void AddToTerms(ContentIndex content, int[] books, float[] values, float[] terms)
    {
        foreach (var (i, book) in books.Index())
        {
            var vector = content.Bulk.VectorOf(book);
            var source = values.AsSpan(i * FactorsAtOnce, FactorsAtOnce);
            for (var t = 0; t < vector.Terms.Length; t++)
            {
                var target = terms.AsSpan(vector.Terms[t] * FactorsAtOnce, FactorsAtOnce);
                TensorPrimitives.MultiplyAdd(source, vector.Weights[t], target, target);
            }
        }
    }

    /// <summary>values ← values + C·terms.</summary>
    static void AddFromTerms(ContentIndex content, int[] books, float[] terms, float[] values)
    {
        foreach (var (i, book) in books.Index())
        {
            var vector = content.Bulk.VectorOf(book);
            var target = values.AsSpan(i * FactorsAtOnce, FactorsAtOnce);
            for (var t = 0; t < vector.Terms.Length; t++)
            {
                TensorPrimitives.MultiplyAdd(terms.AsSpan(vector.Terms[t] * FactorsAtOnce, FactorsAtOnce), vector.Weights[t], target, target);
            }
        }
    }
}
