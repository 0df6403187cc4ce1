using System.Numerics;
using System.Numerics.Tensors;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// A = VᵀΛV of a symmetric matrix, in double: Householder's reduction to tridiagonal form, then implicit QL (Golub and Van Loan, 2013,
/// sections 8.3.1 and 8.3.3). Rows are contiguous throughout, and the rotations, most of the work, are gathered and then applied by blocks
/// of columns, each small enough for the cache and on whichever thread is free.
/// </summary>
sealed unsafe class SymmetricEigen : IDisposable
{
    const int ColumnsAtOnce = 64;
    const int RotationsAtOnce = 1 << 14;
    const int MostSweeps = 60;

    readonly int _order;
    readonly int _threads;
    readonly AlignedBuffer _a;
    readonly AlignedBuffer _vectors;
    readonly double[] _offDiagonal;
    readonly double[] _betas;
    readonly List<Rotation> _rotations;

    SymmetricEigen(FactorMatrix matrix, int threads)
    {
        (_order, _threads) = (matrix.Rows, threads);
        (_a, _vectors) = (SquareOf(_order), SquareOf(_order));
        _rotations = new(RotationsAtOnce + _order);
        TensorPrimitives.ConvertTruncating<float, double>(matrix.Values, Numbers(_a));
        (Values, _offDiagonal, _betas) = (new double[_order], new double[_order], new double[_order]);
        for (var i = 0; i < _order; i++)
        {
            Vectors[(i * _order) + i] = 1;
        }
    }

    /// <summary>Λ, in no order.</summary>
    public double[] Values { get; }

    /// <summary>V, order × order: row i belongs to value i.</summary>
    public Span<double> Vectors => Numbers(_vectors);

    /// <param name="matrix">Square and symmetric.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    public static SymmetricEigen Of(FactorMatrix matrix, int threads)
    {
        var eigen = new SymmetricEigen(matrix, threads);
        eigen.Tridiagonalize();
        eigen.Diagonalize();
        eigen.Return();
        return eigen;
    }

    public void Dispose()
    {
        _a.Dispose();
        _vectors.Dispose();
    }

    /// <summary>All zero. Outside the collected heap, where garbage of this size stays for long.</summary>
    static AlignedBuffer SquareOf(int order) => new(checked(order * order * (sizeof(double) / sizeof(float))));

    Span<double> Numbers(AlignedBuffer square) => new(square.Pointer, _order * _order);

    Span<double> Row(int row, int from) => Numbers(_a).Slice((row * _order) + from, _order - from);

    /// <summary>A ← HAH for one reflection H = I − βvvᵀ after the other; v stays behind in the row it cleared.</summary>
    void Tridiagonalize()
    {
        var products = new double[_order];
        for (var k = 0; k < _order - 1; k++)
        {
            var v = Row(k, k + 1);
            var p = products.AsSpan(k + 1);
            Values[k] = Row(k, k)[0];
            var norm = TensorPrimitives.Norm<double>(v);
            _offDiagonal[k] = v[0] > 0 ? -norm : norm;
            v[0] -= _offDiagonal[k];
            var length = TensorPrimitives.SumOfSquares<double>(v);
            _betas[k] = length > 0 ? 2 / length : 0;
            for (var row = k + 1; row < _order; row++)
            {
                products[row] = _betas[k] * TensorPrimitives.Dot<double>(Row(row, k + 1), v);
            }

            // A − vwᵀ − wvᵀ with w = p − (β/2)(p·v)v.
            TensorPrimitives.MultiplyAdd(v, -0.5 * _betas[k] * TensorPrimitives.Dot<double>(p, v), p, p);
            for (var row = k + 1; row < _order; row++)
            {
                AddTwo(Row(row, k + 1), v, -products[row], p, -v[row - k - 1]);
            }
        }

        Values[^1] = Row(_order - 1, _order - 1)[0];
    }

    /// <summary>Values and off-diagonal alone; what is done to them is done to the vectors later.</summary>
    void Diagonalize()
    {
        var (d, e) = (Values, _offDiagonal);
        for (var low = 0; low < _order; low++)
        {
            for (var sweep = 0; EndOfBlock(low) is var high && high > low; sweep++)
            {
                if (sweep == MostSweeps)
                {
                    throw new ArithmeticException("The eigenvalues of a Gramian do not converge; it holds numbers that are not finite.");
                }

                Sweep(d, e, low, high);
                if (_rotations.Count > RotationsAtOnce)
                {
                    Rotate();
                }
            }
        }

        Rotate();
    }

    int EndOfBlock(int low)
    {
        var high = low;
        while (high < _order - 1 && Math.Abs(_offDiagonal[high]) > 1e-15 * (Math.Abs(Values[high]) + Math.Abs(Values[high + 1])))
        {
            high++;
        }

        return high;
    }

    /// <summary>One implicit QL step with Wilkinson's shift.</summary>
    void Sweep(double[] d, double[] e, int low, int high)
    {
        var g = (d[low + 1] - d[low]) / (2 * e[low]);
        g = d[high] - d[low] + (e[low] / (g + Math.CopySign(Math.Sqrt((g * g) + 1), g)));
        double s = 1, c = 1, p = 0;
        for (var i = high - 1; i >= low; i--)
        {
            var (f, b) = (s * e[i], c * e[i]);
            var r = Math.Sqrt((f * f) + (g * g));
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[high] = 0;
                return;
            }

            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (2 * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            _rotations.Add(new(i, c, s));
        }

        d[low] -= p;
        e[low] = g;
        e[high] = 0;
    }

    void Rotate()
    {
        InBlocks(first =>
        {
            var width = Math.Min(ColumnsAtOnce, _order - first);
            foreach (var (row, c, s) in _rotations)
            {
                var at = (row * _order) + first;
                Rotate(Vectors.Slice(at, width), Vectors.Slice(at + _order, width), c, s);
            }
        });
        _rotations.Clear();
    }

    /// <summary>Vᵀ ← HVᵀ, the last reflection first: back to the basis that A was given in.</summary>
    void Return() => InBlocks(first =>
    {
        for (var row = first; row < Math.Min(first + ColumnsAtOnce, _order); row++)
        {
            for (var k = _order - 2; k >= 0; k--)
            {
                var v = Row(k, k + 1);
                var z = Vectors.Slice((row * _order) + k + 1, _order - k - 1);
                TensorPrimitives.MultiplyAdd(v, -_betas[k] * TensorPrimitives.Dot<double>(v, z), z, z);
            }
        }
    });

    void InBlocks(Action<int> body)
        => Parallel.For(0, (_order + ColumnsAtOnce - 1) / ColumnsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = _threads }, block =>
            body(block * ColumnsAtOnce));

    /// <summary>target ← target + a·x + b·y.</summary>
    static void AddTwo(Span<double> target, ReadOnlySpan<double> x, double a, ReadOnlySpan<double> y, double b)
    {
        TensorPrimitives.MultiplyAdd(x, a, target, target);
        TensorPrimitives.MultiplyAdd(y, b, target, target);
    }

    static void Rotate(Span<double> lower, Span<double> upper, double c, double s)
    {
        var i = 0;
        var (cs, ss) = (new Vector<double>(c), new Vector<double>(s));
        for (; i <= lower.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> l = new(lower[i..]), u = new(upper[i..]);
            ((ss * l) + (cs * u)).CopyTo(upper[i..]);
            ((cs * l) - (ss * u)).CopyTo(lower[i..]);
        }

        for (; i < lower.Length; i++)
        {
            (lower[i], upper[i]) = ((c * lower[i]) - (s * upper[i]), (s * lower[i]) + (c * upper[i]));
        }
    }

    /// <summary>Of rows <paramref name="Row"/> and the next, by an angle of cosine C and sine S.</summary>
    readonly record struct Rotation(int Row, double C, double S);
}
