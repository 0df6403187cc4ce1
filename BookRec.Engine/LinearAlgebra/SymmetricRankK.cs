using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// A ← A ± PᵀP on and above the diagonal: the update all the time of ALS goes into.
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
    public static void Add(float* a, float* panel, int stride, int depth) => Add(a, panel, stride, depth, default);

    /// <summary>A ← A + PᵀP, while the rows of the next panel come nearer.</summary>
    public static void Add(float* a, float* panel, int stride, int depth, RowsAhead next)
        => Update<RegisterTile.Add>(a, panel, stride, depth, 0, next.Over(TilesOf(stride)));

    /// <summary>
    /// The same with the tiles on the diagonal of A in cyclic form, see <see cref="OffsetOfCyclic"/>, which computes none of their products
    /// twice.
    /// </summary>
    public static void AddCyclic(float* a, float* panel, int stride, int depth, RowsAhead next)
    {
        next = next.Over(TilesOf(stride));
        for (var row = 0; row < stride; row += RegisterTile.Rows)
        {
            next.Prefetch();
            var column = row / Lane * Lane;
            if (row == column)
            {
                RegisterTile.AddCyclic(a + (row * stride) + column, stride, panel + column, stride, depth);
            }

            column += Lane;
            if ((stride - column) / Lane % 2 != 0)
            {
                RegisterTile.Tile8X16<RegisterTile.Add>(a + (row * stride) + column, stride, panel + row, stride, panel + column, stride, depth);
                column += Lane;
            }

            for (; column < stride; column += 2 * Lane)
            {
                next.Prefetch();
                RegisterTile.Tile8X32<RegisterTile.Add>(a + (row * stride) + column, stride, panel + row, stride, panel + column, stride, depth);
            }
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
    public static void Subtract(float* a, float* panel, int stride, int depth, int firstRow) => Update<RegisterTile.Subtract>(a, panel, stride, depth, firstRow, default);

    /// <summary>No more than there are, so that all rows ahead are asked for.</summary>
    static int TilesOf(int stride) => stride / RegisterTile.Rows * (stride / Lane) / 4;

    static void Update<TMode>(float* a, float* panel, int stride, int depth, int firstRow, RowsAhead ahead)
        where TMode : struct
    {
        Debug.Assert(stride % Lane == 0 && firstRow % RegisterTile.Rows == 0, "Tiles have to fit.");
        if (Vector512.IsHardwareAccelerated)
        {
            for (var row = firstRow; row < stride; row += RegisterTile.Rows)
            {
                var column = row / Lane * Lane;
                if ((stride - column) / Lane % 2 != 0)
                {
                    RegisterTile.Tile8X16<TMode>(a + (row * stride) + column, stride, panel + row, stride, panel + column, stride, depth);
                    column += Lane;
                }

                for (; column < stride; column += 2 * Lane)
                {
                    ahead.Prefetch();
                    RegisterTile.Tile8X32<TMode>(a + (row * stride) + column, stride, panel + row, stride, panel + column, stride, depth);
                }
            }
        }
        else
        {
            for (var row = firstRow; row < stride; row += RegisterTile.NarrowRows)
            {
                for (var column = row / Lane * Lane; column < stride; column += Lane)
                {
                    ahead.Prefetch();
                    RegisterTile.Tile4X16<TMode>(a + (row * stride) + column, stride, panel + row, stride, panel + column, stride, depth);
                }
            }
        }
    }
}
