using System.Numerics.Tensors;
using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Neighbours;

/// <summary>
/// How much a book j speaks for a book i once the reader's other books are taken into account: the ridge regression of i's column on the
/// columns of the m books nearest to it, weighted by reader. With m = all books and a = 0 this is EASE (Steck, 2019, "Embarrassingly shallow autoencoders for sparse
/// data") under the penalty of EDLAE (Steck, 2020); that near columns are enough is fsSLIM (Ning and Karypis, 2011).
/// </summary>
/// <remarks>
/// <code>
/// w      each reader's weights, times the root of (their sum)⁻ᵃ, and of one number that leaves Σw² as it was and so λ's scale
/// S      the m books with the most common readers with i, over the root of their own
/// G_SS   common readers of each two of them, Σ w·w        g_Si   their common readers with i
/// b      (G_SS + λI + δ·diag(G_SS))⁻¹ g_Si
/// </code>
/// Each book is solved by itself: the memory is the result and m² floats a thread, whatever the number of books.
/// </remarks>
static class LocalRegression
{
    /// <param name="interactions">Users × books.</param>
    /// <param name="options">Several penalties cost little more than one; <see cref="RegressionOptions.Predictors"/> and
    /// <see cref="RegressionOptions.ReaderExponent"/> are the same in all.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    /// <returns>For each of the options the b of all books, by source j. May be negative.</returns>
    public static BookNeighbours[] Fit(
        InteractionMatrix interactions, IReadOnlyList<RegressionOptions> options, int threads, CancellationToken cancellationToken)
    {
        var byUser = Weighted(interactions, options[0].ReaderExponent);
        var byBook = byUser.Transpose();
        var byTarget = options.Select(_ => new NeighbourRow[byBook.Rows]).ToArray();
        NeighbourTrainer.BookByBook(byBook.Rows, threads, () => new NormalEquations(byUser, byBook, options[0].Predictors), (equations, book) =>
        {
            equations.Build(book);
            for (var o = 0; o < options.Count; o++)
            {
                byTarget[o][book] = equations.Solve(options[o]);
            }
        }, cancellationToken);
        return [.. options.Zip(byTarget, (o, rows) => BookNeighbours.Join(new() { Regression = o }, Transpose(rows)))];
    }

    static InteractionMatrix Weighted(InteractionMatrix interactions, double readerExponent)
    {
        var ofReader = NeighbourTrainer.Powers(interactions, 0, readerExponent);
        var (before, after) = (0.0, 0.0);
        for (var reader = 0; reader < ofReader.Length; reader++)
        {
            var squares = TensorPrimitives.SumOfSquares(interactions.WeightsOf(reader));
            before += squares;
            after += squares * ofReader[reader];
        }

        var scale = after > 0 ? (float)(before / after) : 1;
        return interactions.ScaledByRow(Array.ConvertAll(ofReader, power => MathF.Sqrt(scale * power)));
    }

    static NeighbourRow[] Transpose(NeighbourRow[] rows)
    {
        var counts = new int[rows.Length];
        foreach (var column in rows.SelectMany(row => row.Books))
        {
            counts[column]++;
        }

        var transposed = Array.ConvertAll(counts, count => new NeighbourRow(new int[count], new float[count]));
        Array.Clear(counts);
        for (var row = 0; row < rows.Length; row++)
        {
            foreach (var (i, column) in rows[row].Books.Index())
            {
                var to = counts[column]++;
                (transposed[column].Books[to], transposed[column].Strengths[to]) = (row, rows[row].Strengths[i]);
            }
        }

        return transposed;
    }

    /// <summary>One book's system; scratch memory of one thread.</summary>
    sealed unsafe class NormalEquations : IDisposable
    {
        readonly InteractionMatrix _byUser;
        readonly InteractionMatrix _byBook;
        readonly int _predictors;
        readonly CommonReaders _common;
        readonly float[] _one;
        readonly float[] _roots;
        readonly float[] _inverseRoots;
        readonly AlignedBuffer _gram;
        readonly AlignedBuffer _system;
        readonly AlignedBuffer _solution;

        // By reader, how many of the chosen books are read, and where the list of them ends; zero between two books.
        readonly int[] _read;
        readonly int[] _end;
        readonly List<int> _readers = [];
        (int Slot, float Weight)[] _lists = [];
        NeighbourRow _chosen;
        int _stride;

        public NormalEquations(InteractionMatrix byUser, InteractionMatrix byBook, int predictors)
        {
            (_byUser, _byBook, _predictors) = (byUser, byBook, predictors);
            (_common, _read, _end) = (new(byBook.Rows), new int[byUser.Rows], new int[byUser.Rows]);
            _one = new float[byUser.Rows];
            Array.Fill(_one, 1);
            _roots = [.. Enumerable.Range(0, byBook.Rows).Select(book => TensorPrimitives.Norm(byBook.WeightsOf(book)))];
            _inverseRoots = Array.ConvertAll(_roots, root => root > 0 ? 1 / root : 0);
            var stride = SymmetricRankK.StrideOf(predictors);
            (_gram, _system, _solution) = (new(stride * stride), new(stride * stride), new(stride));
        }

        /// <summary>Chooses S, and adds G_SS up reader by reader.</summary>
        public void Build(int book)
        {
            _common.Count(book, _byBook, _byUser, _one);
            _chosen = _common.Strongest(1, _inverseRoots, _predictors);
            _stride = SymmetricRankK.StrideOf(_chosen.Books.Length);
            _gram.Span[..(_stride * _stride)].Clear();
            ListByReader(_chosen.Books);
            foreach (var reader in _readers)
            {
                AddPairs(_lists.AsSpan(_end[reader] - _read[reader], _read[reader]));
                (_read[reader], _end[reader]) = (0, 0);
            }

            _readers.Clear();
        }

        public NeighbourRow Solve(RegressionOptions options)
        {
            var (books, order) = (_chosen.Books, _chosen.Books.Length);
            _gram.Span[..(_stride * _stride)].CopyTo(_system.Span);
            for (var j = 0; j < order; j++)
            {
                ref var diagonal = ref _system.Pointer[(j * _stride) + j];
                diagonal = (float)((diagonal * (1 + options.Growth)) + options.Ridge);
                _solution.Pointer[j] = _chosen.Strengths[j] * _roots[books[j]];
            }

            if (!Cholesky.Factor(_system.Pointer, _stride, order))
            {
                throw new ArithmeticException("The system of a regression is not positive definite in float arithmetic; Ridge is too small for these weights.");
            }

            Cholesky.Solve(_system.Pointer, _stride, order, _solution.Pointer);
            return new(books, _solution.Span[..order].ToArray());
        }

        public void Dispose()
        {
            _gram.Dispose();
            _system.Dispose();
            _solution.Dispose();
        }

        /// <summary>A counting sort of the chosen books' interactions by reader.</summary>
        void ListByReader(int[] books)
        {
            foreach (var book in books)
            {
                foreach (var reader in _byBook.ColumnsOf(book))
                {
                    if (_read[reader]++ == 0)
                    {
                        _readers.Add(reader);
                    }
                }
            }

            var count = 0;
            foreach (var reader in _readers)
            {
                _end[reader] = count;
                count += _read[reader];
            }

            _lists = _lists.Length < count ? new (int, float)[2 * count] : _lists;
            foreach (var (slot, book) in books.Index())
            {
                var readers = _byBook.ColumnsOf(book);
                var weights = _byBook.WeightsOf(book);
                for (var r = 0; r < readers.Length; r++)
                {
                    _lists[_end[readers[r]]++] = (slot, weights[r]);
                }
            }
        }

        /// <summary>One reader's pairs; slots ascend, so they fall on and above the diagonal.</summary>
        void AddPairs(ReadOnlySpan<(int Slot, float Weight)> read)
        {
            for (var x = 0; x < read.Length; x++)
            {
                var row = _gram.Pointer + (read[x].Slot * _stride);
                foreach (var (slot, weight) in read[x..])
                {
                    row[slot] += read[x].Weight * weight;
                }
            }
        }
    }
}
