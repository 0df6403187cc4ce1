using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// A ← B ± PᵀP on and above the diagonal: the update all the time of ALS goes into. B may be A itself.
/// </summary>
/// <remarks>
/// A panel P is <c>depth</c> rows of <c>stride</c> floats; A is stride × stride, row-major. The stride is a multiple of <see cref="Lane"/>
/// and what lies beyond the factors is zero, so no kernel has an edge case. Whole register tiles are computed, hence some entries
/// below the diagonal change too; nothing reads them.
/// </remarks>
static unsafe class SymmetricRankK
{
    /// <summary>Floats every stride is a multiple of.</summary>
    public const int Lane = RegisterTile.Lane;

    /// <summary>The least stride for so many factors.</summary>
    public static int StrideOf(int factors) => (factors + Lane - 1) / Lane * Lane;

    /// <summary>A ← A + PᵀP.</summary>
    public static void Add(float* a, float* panel, int stride, int depth) => Add(a, a, panel, stride, depth, default);

    /// <summary>A ← B + PᵀP, while the rows of the next panel come nearer.</summary>
    public static void Add(float* a, float* b, float* panel, int stride, int depth, RowsAhead ahead)
        => Update<RegisterTile.Add>(a, b, panel, stride, depth, 0, ahead);

    /// <summary>
    /// The same with the tiles on the diagonal of A and B in cyclic form, see <see cref="OffsetOfCyclic"/>, which computes none of their
    /// products twice.
    /// </summary>
    public static void AddCyclic(float* a, float* b, float* panel, int stride, int depth, RowsAhead ahead)
    {
        for (var row = 0; row < stride; row += RegisterTile.Rows)
        {
            var column = row / Lane * Lane;
            if (row == column)
            {
                var tile = (row * stride) + column;
                RegisterTile.AddCyclic(a + tile, b + tile, stride, panel + column, stride, depth);
            }

            UpdateRows<RegisterTile.Add>(a, b, panel, stride, depth, row, column + Lane, ref ahead);
        }
    }

    /// <summary>
    /// Where the entry at a row and a column not before it is in cyclic form: above the tiles of sixteen on the diagonal at its place, in
    /// them in the row of its distance from the diagonal, counted round the tile the shorter way.
    /// </summary>
    public static int OffsetOfCyclic(int stride, int row, int column)
    {
        var (tile, distance) = (row / Lane * Lane, column - row);
        if (column >= tile + Lane)
        {
            return (row * stride) + column;
        }

        return distance <= Lane / 2 ? ((tile + distance) * stride) + row : ((tile + Lane - distance) * stride) + column;
    }

    /// <summary>A ← A − PᵀP on rows from <paramref name="firstRow"/> on, a multiple of 8.</summary>
    public static void Subtract(float* a, float* panel, int stride, int depth, int firstRow)
        => Update<RegisterTile.Subtract>(a, a, panel, stride, depth, firstRow, default);

    static void Update<TMode>(float* a, float* b, float* panel, int stride, int depth, int firstRow, RowsAhead ahead)
        where TMode : struct
    {
        Debug.Assert(stride % Lane == 0 && firstRow % RegisterTile.Rows == 0, "Tiles have to fit.");
        if (Vector512.IsHardwareAccelerated)
        {
            for (var row = firstRow; row < stride; row += RegisterTile.Rows)
            {
                UpdateRows<TMode>(a, b, panel, stride, depth, row, row / Lane * Lane, ref ahead);
            }

            return;
        }

        for (var row = firstRow; row < stride; row += RegisterTile.NarrowRows)
        {
            for (var column = row / Lane * Lane; column < stride; column += Lane)
            {
                var tile = (row * stride) + column;
                RegisterTile.Tile4X16<TMode>(a + tile, b + tile, stride, panel + row, stride, panel + column, stride, depth, ahead.NextLine());
            }
        }
    }

    /// <summary>Eight rows from a column on.</summary>
    static void UpdateRows<TMode>(float* a, float* b, float* panel, int stride, int depth, int row, int column, ref RowsAhead ahead)
        where TMode : struct
    {
        if ((stride - column) / Lane % 2 != 0)
        {
            var tile = (row * stride) + column;
            RegisterTile.Tile8X16<TMode>(a + tile, b + tile, stride, panel + row, stride, panel + column, stride, depth, ahead.NextLine());
            column += Lane;
        }

        for (; column < stride; column += 2 * Lane)
        {
            var tile = (row * stride) + column;
            RegisterTile.Tile8X32<TMode>(a + tile, b + tile, stride, panel + row, stride, panel + column, stride, depth, ahead.NextLine());
        }
    }
}
