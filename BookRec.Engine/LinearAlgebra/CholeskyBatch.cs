using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;


namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// Solves sixteen small systems Ax = b at once, one in each lane of a vector: LLᵀ, the two triangular solves. A single small system
/// spends its time waiting, for a square root, for a quotient, for the row before; sixteen wait together.
/// </summary>
/// <remarks>
/// Left-looking by 4 × 4 tiles (Golub and Van Loan, 2013, section 4.2.5). b is one more row of the matrix, which the factorization turns into L⁻¹b by itself. The diagonal holds reciprocals. Lanes do not touch each other, so what a system
/// comes to does not depend on its neighbours. Holds scratch memory, so each thread has its own.
/// </remarks>
sealed unsafe class CholeskyBatch : IDisposable
{
    /// <summary>Systems solved at a time.</summary>
    public const int Systems = 16;

    /// <summary>The longest systems that are solved sooner this way: sixteen of them just fit the second cache.</summary>
    const int MaximumOrder = 128;

    const int Tile = 4;

    readonly int _order;
    readonly int _stride;
    readonly AlignedBuffer _l;

    /// <param name="order">Unknowns, a multiple of 16.</param>
    public CholeskyBatch(int order)
    {
        // One vector more than a row needs: rows a power of two apart would share few sets of the cache.
        (_order, _stride) = (order, (order + 1) * Systems);
        _l = new((order + 1) * _stride);
    }

    /// <summary>Whether systems of this order are solved sooner in a batch than one by one.</summary>
    public static bool Pays(int order) => Vector512.IsHardwareAccelerated && order <= MaximumOrder;

    /// <summary>From one matrix to the next. Not a power of two, since sixteen lines so far apart would share few sets of the cache.</summary>
    public int MatrixStride => (_order * _order) + Systems;

    public void Dispose() => _l.Dispose();

    /// <param name="a">Room for sixteen matrices, order × order, <see cref="MatrixStride"/> from one to the next, in cyclic form, see <see cref="SymmetricRankK.OffsetOfCyclic"/>.</param>
    /// <param name="b">As many right sides, one after the other; become the solutions.</param>
    /// <param name="gains">b·x of each system that counts: the first, as many as this has room for.</param>
    /// <returns>False when one of those matrices is not positive definite (in float arithmetic).</returns>
    public bool Solve(float* a, float* b, Span<float> gains)
    {
        Pack(a, b);
        var positive = Factor().ExtractMostSignificantBits();
        if (BitOperations.TrailingZeroCount(~positive) < gains.Length)
        {
            return false;
        }

        var sums = Gains();
        for (var system = 0; system < gains.Length; system++)
        {
            gains[system] = sums[system];
        }


        SolveTransposed();
        var x = Row(_order);
        for (var i = 0; i < _order; i += Systems)
        {
            LaneTranspose.Of(x + (i * Systems), Systems, b + i, _order);
        }

        return true;
    }

    float* Row(int row) => _l.Pointer + (row * _stride);

    /// <summary>From one system after the other to one system in each lane.</summary>
    void Pack(float* a, float* b)
    {
        for (var row = 0; row < _order; row++)
        {
            for (var column = (row / Systems * Systems) + Systems; column < _order; column += Systems)
            {
                LaneTranspose.Of(a + (row * _order) + column, MatrixStride, Row(column) + (row * Systems), _stride);
            }
        }

        var entries = stackalloc float[Systems * Systems];
        for (var tile = 0; tile < _order; tile += Systems)
        {
            for (var distance = 0; distance <= Systems / 2; distance++)
            {
                LaneTranspose.Of(a + ((tile + distance) * _order) + tile, MatrixStride, entries, Systems);

                // Half way round each pair comes twice, and the first half of them has all that was added.
                for (var i = 0; i < (distance == Systems / 2 ? Systems / 2 : Systems); i++)
                {
                    var j = (i + distance) % Systems;
                    Vector512.Load(entries + (i * Systems)).Store(Row(tile + Math.Max(i, j)) + ((tile + Math.Min(i, j)) * Systems));
                }
            }
        }

        for (var i = 0; i < _order; i += Systems)
        {
            LaneTranspose.Of(b + i, _order, Row(_order) + (i * Systems), Systems);
        }
    }

    /// <returns>All bits where the pivots are positive and finite.</returns>
    Vector512<float> Factor()
    {
        var positive = Vector512<float>.AllBitsSet;
        for (var column = 0; column < _order; column += Tile)
        {
            positive &= FactorDiagonal(column);
            for (var row = column + Tile; row < _order; row += Tile)
            {
                FactorTile(row, column);
            }

            FactorRightSide(column);
        }

        return positive;
    }

    Vector512<float> FactorDiagonal(int column)
    {
        float* r0 = Row(column), r1 = Row(column + 1), r2 = Row(column + 2), r3 = Row(column + 3);
        Vector512<float> c00 = default, c10 = default, c11 = default, c20 = default, c21 = default, c22 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default, c33 = default;
        var depth = column * Systems;
        for (var k = 0; k < depth; k += Systems)
        {
            Vector512<float> v0 = Vector512.Load(r0 + k), v1 = Vector512.Load(r1 + k), v2 = Vector512.Load(r2 + k), v3 = Vector512.Load(r3 + k);
            c00 = Vector512.FusedMultiplyAdd(v0, v0, c00);
            c10 = Vector512.FusedMultiplyAdd(v1, v0, c10);
            c11 = Vector512.FusedMultiplyAdd(v1, v1, c11);
            c20 = Vector512.FusedMultiplyAdd(v2, v0, c20);
            c21 = Vector512.FusedMultiplyAdd(v2, v1, c21);
            c22 = Vector512.FusedMultiplyAdd(v2, v2, c22);
            c30 = Vector512.FusedMultiplyAdd(v3, v0, c30);
            c31 = Vector512.FusedMultiplyAdd(v3, v1, c31);
            c32 = Vector512.FusedMultiplyAdd(v3, v2, c32);
            c33 = Vector512.FusedMultiplyAdd(v3, v3, c33);
        }

        float* d0 = r0 + depth, d1 = r1 + depth, d2 = r2 + depth, d3 = r3 + depth;
        var positive = Pivot(d0, c00);
        var l10 = Below(d1, c10, d0);
        var l20 = Below(d2, c20, d0);
        var l30 = Below(d3, c30, d0);
        positive &= Pivot(d1 + Systems, c11 + (l10 * l10));
        var l21 = Below(d2 + Systems, c21 + (l20 * l10), d1 + Systems);
        var l31 = Below(d3 + Systems, c31 + (l30 * l10), d1 + Systems);
        positive &= Pivot(d2 + (2 * Systems), c22 + (l20 * l20) + (l21 * l21));
        var l32 = Below(d3 + (2 * Systems), c32 + (l30 * l20) + (l31 * l21), d2 + (2 * Systems));
        return positive & Pivot(d3 + (3 * Systems), c33 + (l30 * l30) + (l31 * l31) + (l32 * l32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Pivot(float* diagonal, Vector512<float> sum)
    {
        var pivot = Vector512.Load(diagonal) - sum;
        (Vector512<float>.One / Vector512.Sqrt(pivot)).Store(diagonal);
        return Vector512.GreaterThan(pivot, default) & Vector512.LessThan(pivot, Vector512.Create(float.PositiveInfinity));
    }

    /// <summary>entry ← (entry − sum) · reciprocal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Below(float* entry, Vector512<float> sum, float* reciprocal)
    {
        var l = (Vector512.Load(entry) - sum) * Vector512.Load(reciprocal);
        l.Store(entry);
        return l;
    }

    void FactorTile(int row, int column)
    {
        float* l0 = Row(row), l1 = Row(row + 1), l2 = Row(row + 2), l3 = Row(row + 3);
        float* r0 = Row(column), r1 = Row(column + 1), r2 = Row(column + 2), r3 = Row(column + 3);
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default, c33 = default;
        var depth = column * Systems;
        for (var k = 0; k < depth; k += Systems)
        {
            Vector512<float> v0 = Vector512.Load(r0 + k), v1 = Vector512.Load(r1 + k), v2 = Vector512.Load(r2 + k), v3 = Vector512.Load(r3 + k);
            var l = Vector512.Load(l0 + k);
            c00 = Vector512.FusedMultiplyAdd(l, v0, c00);
            c01 = Vector512.FusedMultiplyAdd(l, v1, c01);
            c02 = Vector512.FusedMultiplyAdd(l, v2, c02);
            c03 = Vector512.FusedMultiplyAdd(l, v3, c03);
            l = Vector512.Load(l1 + k);
            c10 = Vector512.FusedMultiplyAdd(l, v0, c10);
            c11 = Vector512.FusedMultiplyAdd(l, v1, c11);
            c12 = Vector512.FusedMultiplyAdd(l, v2, c12);
            c13 = Vector512.FusedMultiplyAdd(l, v3, c13);
            l = Vector512.Load(l2 + k);
            c20 = Vector512.FusedMultiplyAdd(l, v0, c20);
            c21 = Vector512.FusedMultiplyAdd(l, v1, c21);
            c22 = Vector512.FusedMultiplyAdd(l, v2, c22);
            c23 = Vector512.FusedMultiplyAdd(l, v3, c23);
            l = Vector512.Load(l3 + k);
            c30 = Vector512.FusedMultiplyAdd(l, v0, c30);
            c31 = Vector512.FusedMultiplyAdd(l, v1, c31);
            c32 = Vector512.FusedMultiplyAdd(l, v2, c32);
            c33 = Vector512.FusedMultiplyAdd(l, v3, c33);
        }

        float* d0 = r0 + depth, d1 = r1 + depth, d2 = r2 + depth, d3 = r3 + depth;
        FinishRow(l0 + depth, c00, c01, c02, c03, d0, d1, d2, d3);
        FinishRow(l1 + depth, c10, c11, c12, c13, d0, d1, d2, d3);
        FinishRow(l2 + depth, c20, c21, c22, c23, d0, d1, d2, d3);
        FinishRow(l3 + depth, c30, c31, c32, c33, d0, d1, d2, d3);
    }

    /// <summary>b is one more row below.</summary>
    void FactorRightSide(int column)
    {
        var b = Row(_order);
        float* r0 = Row(column), r1 = Row(column + 1), r2 = Row(column + 2), r3 = Row(column + 3);
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        var depth = column * Systems;
        for (var k = 0; k < depth; k += Systems)
        {
            var l = Vector512.Load(b + k);
            c0 = Vector512.FusedMultiplyAdd(l, Vector512.Load(r0 + k), c0);
            c1 = Vector512.FusedMultiplyAdd(l, Vector512.Load(r1 + k), c1);
            c2 = Vector512.FusedMultiplyAdd(l, Vector512.Load(r2 + k), c2);
            c3 = Vector512.FusedMultiplyAdd(l, Vector512.Load(r3 + k), c3);
        }

        FinishRow(b + depth, c0, c1, c2, c3, r0 + depth, r1 + depth, r2 + depth, r3 + depth);
    }

    /// <summary>Four entries of a row from the sums over the columns before and the tile on the diagonal, of which these are the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FinishRow(
        float* row, Vector512<float> c0, Vector512<float> c1, Vector512<float> c2, Vector512<float> c3, float* d0, float* d1, float* d2, float* d3)
    {
        var l0 = Below(row, c0, d0);
        c1 = Vector512.FusedMultiplyAdd(l0, Vector512.Load(d1), c1);
        c2 = Vector512.FusedMultiplyAdd(l0, Vector512.Load(d2), c2);
        c3 = Vector512.FusedMultiplyAdd(l0, Vector512.Load(d3), c3);
        var l1 = Below(row + Systems, c1, d1 + Systems);
        c2 = Vector512.FusedMultiplyAdd(l1, Vector512.Load(d2 + Systems), c2);
        c3 = Vector512.FusedMultiplyAdd(l1, Vector512.Load(d3 + Systems), c3);
        var l2 = Below(row + (2 * Systems), c2, d2 + (2 * Systems));
        c3 = Vector512.FusedMultiplyAdd(l2, Vector512.Load(d3 + (2 * Systems)), c3);
        Below(row + (3 * Systems), c3, d3 + (3 * Systems));
    }

    /// <summary>b·x = zᵀz with z = L⁻¹b.</summary>
    Vector512<float> Gains()
    {
        var z = Row(_order);
        Vector512<float> even = default, odd = default;
        for (var i = 0; i < _order; i += 2)
        {
            Vector512<float> first = Vector512.Load(z + (i * Systems)), second = Vector512.Load(z + ((i + 1) * Systems));
            even = Vector512.FusedMultiplyAdd(first, first, even);
            odd = Vector512.FusedMultiplyAdd(second, second, odd);
        }

        return even + odd;
    }

    /// <summary>Lᵀx = z, from the last unknowns to the first.</summary>
    void SolveTransposed()
    {
        var z = Row(_order);
        for (var row = _order - Tile; row >= 0; row -= Tile)
        {
            float* r0 = Row(row), r1 = Row(row + 1), r2 = Row(row + 2), r3 = Row(row + 3);
            var known = row * Systems;
            float* z0 = z + known, z1 = z0 + Systems, z2 = z1 + Systems, z3 = z2 + Systems;
            float* d0 = r0 + known, d1 = r1 + known, d2 = r2 + known, d3 = r3 + known;
            var x3 = Below(z3, default, d3 + (3 * Systems));
            var x2 = Below(z2, Vector512.Load(d3 + (2 * Systems)) * x3, d2 + (2 * Systems));
            var x1 = Below(z1, (Vector512.Load(d3 + Systems) * x3) + (Vector512.Load(d2 + Systems) * x2), d1 + Systems);
            var x0 = Below(z0, (Vector512.Load(d3) * x3) + (Vector512.Load(d2) * x2) + (Vector512.Load(d1) * x1), d0);
            for (var k = 0; k < known; k += Systems)
            {
                var sum = Vector512.FusedMultiplyAdd(Vector512.Load(r0 + k), x0, Vector512.Load(r1 + k) * x1);
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(r2 + k), x2, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(r3 + k), x3, sum);
                (Vector512.Load(z + k) - sum).Store(z + k);
            }
        }
    }
}
