using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// A ← A ± PᵀP on and above the diagonal: the update all the time of ALS goes into.
/// </summary>
/// <remarks>
/// <para>
/// A panel P is <c>depth</c> rows of <c>stride</c> floats; A is stride × stride, row-major. The stride is a multiple of <see cref="Lane"/>
/// and what lies beyond the factors is zero, so no kernel has an edge case. Whole register tiles are computed, hence some entries
/// below the diagonal change too; nothing reads them.
/// </para>
/// <para>
/// A tile of A stays in registers while the panel streams by: per step of depth 8 × 32 tiles load 2 vectors and broadcast 8 numbers for
/// 16 fused multiply-adds (Goto and van de Geijn, 2008, "Anatomy of high-performance matrix multiplication"). Machines without 512-bit
/// registers use 4 × 16 tiles of 256 bits.
/// </para>
/// </remarks>
static unsafe class SymmetricRankK
{
    /// <summary>Floats every stride is a multiple of.</summary>
    public const int Lane = 16;

    const int TileRows = 8;
    const int NarrowTileRows = 4;

    /// <summary>The least stride for so many factors.</summary>
    public static int StrideOf(int factors) => (factors + Lane - 1) / Lane * Lane;

    /// <summary>A ← A + PᵀP.</summary>
    public static void Add(float* a, float* panel, int stride, int depth) => Update<Plus>(a, panel, stride, depth, 0);

    /// <summary>A ← A − PᵀP on rows from <paramref name="firstRow"/> on, a multiple of 8.</summary>
    public static void Subtract(float* a, float* panel, int stride, int depth, int firstRow) => Update<Minus>(a, panel, stride, depth, firstRow);

    static void Update<TSign>(float* a, float* panel, int stride, int depth, int firstRow)
        where TSign : struct
    {
        Debug.Assert(stride % Lane == 0 && firstRow % TileRows == 0, "Tiles have to fit.");
        if (Vector512.IsHardwareAccelerated)
        {
            for (var row = firstRow; row < stride; row += TileRows)
            {
                var column = row / Lane * Lane;
                if ((stride - column) / Lane % 2 != 0)
                {
                    Tile8X16<TSign>(a + (row * stride) + column, panel + row, panel + column, stride, depth);
                    column += Lane;
                }

                for (; column < stride; column += 2 * Lane)
                {
                    Tile8X32<TSign>(a + (row * stride) + column, panel + row, panel + column, stride, depth);
                }
            }
        }
        else
        {
            for (var row = firstRow; row < stride; row += NarrowTileRows)
            {
                for (var column = row / Lane * Lane; column < stride; column += Lane)
                {
                    Tile4X16<TSign>(a + (row * stride) + column, panel + row, panel + column, stride, depth);
                }
            }
        }
    }

    static void Tile8X32<TSign>(float* a, float* left, float* right, int stride, int depth)
        where TSign : struct
    {
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, a6 = a5 + stride, a7 = a6 + stride;
        Vector512<float> c00 = Vector512.Load(a), c01 = Vector512.Load(a + Lane);
        Vector512<float> c10 = Vector512.Load(a1), c11 = Vector512.Load(a1 + Lane);
        Vector512<float> c20 = Vector512.Load(a2), c21 = Vector512.Load(a2 + Lane);
        Vector512<float> c30 = Vector512.Load(a3), c31 = Vector512.Load(a3 + Lane);
        Vector512<float> c40 = Vector512.Load(a4), c41 = Vector512.Load(a4 + Lane);
        Vector512<float> c50 = Vector512.Load(a5), c51 = Vector512.Load(a5 + Lane);
        Vector512<float> c60 = Vector512.Load(a6), c61 = Vector512.Load(a6 + Lane);
        Vector512<float> c70 = Vector512.Load(a7), c71 = Vector512.Load(a7 + Lane);
        for (var k = 0; k < depth; k++, left += stride, right += stride)
        {
            Vector512<float> r0 = Signed<TSign>(Vector512.Load(right)), r1 = Signed<TSign>(Vector512.Load(right + Lane));
            var l = Vector512.Create(left[0]);
            c00 = Vector512.FusedMultiplyAdd(l, r0, c00);
            c01 = Vector512.FusedMultiplyAdd(l, r1, c01);
            l = Vector512.Create(left[1]);
            c10 = Vector512.FusedMultiplyAdd(l, r0, c10);
            c11 = Vector512.FusedMultiplyAdd(l, r1, c11);
            l = Vector512.Create(left[2]);
            c20 = Vector512.FusedMultiplyAdd(l, r0, c20);
            c21 = Vector512.FusedMultiplyAdd(l, r1, c21);
            l = Vector512.Create(left[3]);
            c30 = Vector512.FusedMultiplyAdd(l, r0, c30);
            c31 = Vector512.FusedMultiplyAdd(l, r1, c31);
            l = Vector512.Create(left[4]);
            c40 = Vector512.FusedMultiplyAdd(l, r0, c40);
            c41 = Vector512.FusedMultiplyAdd(l, r1, c41);
            l = Vector512.Create(left[5]);
            c50 = Vector512.FusedMultiplyAdd(l, r0, c50);
            c51 = Vector512.FusedMultiplyAdd(l, r1, c51);
            l = Vector512.Create(left[6]);
            c60 = Vector512.FusedMultiplyAdd(l, r0, c60);
            c61 = Vector512.FusedMultiplyAdd(l, r1, c61);
            l = Vector512.Create(left[7]);
            c70 = Vector512.FusedMultiplyAdd(l, r0, c70);
            c71 = Vector512.FusedMultiplyAdd(l, r1, c71);
        }

        c00.Store(a);
        c01.Store(a + Lane);
        c10.Store(a1);
        c11.Store(a1 + Lane);
        c20.Store(a2);
        c21.Store(a2 + Lane);
        c30.Store(a3);
        c31.Store(a3 + Lane);
        c40.Store(a4);
        c41.Store(a4 + Lane);
        c50.Store(a5);
        c51.Store(a5 + Lane);
        c60.Store(a6);
        c61.Store(a6 + Lane);
        c70.Store(a7);
        c71.Store(a7 + Lane);
    }

    static void Tile8X16<TSign>(float* a, float* left, float* right, int stride, int depth)
        where TSign : struct
    {
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, a6 = a5 + stride, a7 = a6 + stride;
        Vector512<float> c0 = Vector512.Load(a), c1 = Vector512.Load(a1), c2 = Vector512.Load(a2), c3 = Vector512.Load(a3);
        Vector512<float> c4 = Vector512.Load(a4), c5 = Vector512.Load(a5), c6 = Vector512.Load(a6), c7 = Vector512.Load(a7);
        for (var k = 0; k < depth; k++, left += stride, right += stride)
        {
            var r = Signed<TSign>(Vector512.Load(right));
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(left[0]), r, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(left[1]), r, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(left[2]), r, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(left[3]), r, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(left[4]), r, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(left[5]), r, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(left[6]), r, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(left[7]), r, c7);
        }

        c0.Store(a);
        c1.Store(a1);
        c2.Store(a2);
        c3.Store(a3);
        c4.Store(a4);
        c5.Store(a5);
        c6.Store(a6);
        c7.Store(a7);
    }

    static void Tile4X16<TSign>(float* a, float* left, float* right, int stride, int depth)
        where TSign : struct
    {
        const int Half = Lane / 2;
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride;
        Vector256<float> c00 = Vector256.Load(a), c01 = Vector256.Load(a + Half);
        Vector256<float> c10 = Vector256.Load(a1), c11 = Vector256.Load(a1 + Half);
        Vector256<float> c20 = Vector256.Load(a2), c21 = Vector256.Load(a2 + Half);
        Vector256<float> c30 = Vector256.Load(a3), c31 = Vector256.Load(a3 + Half);
        for (var k = 0; k < depth; k++, left += stride, right += stride)
        {
            Vector256<float> r0 = Signed<TSign>(Vector256.Load(right)), r1 = Signed<TSign>(Vector256.Load(right + Half));
            var l = Vector256.Create(left[0]);
            c00 = Vector256.FusedMultiplyAdd(l, r0, c00);
            c01 = Vector256.FusedMultiplyAdd(l, r1, c01);
            l = Vector256.Create(left[1]);
            c10 = Vector256.FusedMultiplyAdd(l, r0, c10);
            c11 = Vector256.FusedMultiplyAdd(l, r1, c11);
            l = Vector256.Create(left[2]);
            c20 = Vector256.FusedMultiplyAdd(l, r0, c20);
            c21 = Vector256.FusedMultiplyAdd(l, r1, c21);
            l = Vector256.Create(left[3]);
            c30 = Vector256.FusedMultiplyAdd(l, r0, c30);
            c31 = Vector256.FusedMultiplyAdd(l, r1, c31);
        }

        c00.Store(a);
        c01.Store(a + Half);
        c10.Store(a1);
        c11.Store(a1 + Half);
        c20.Store(a2);
        c21.Store(a2 + Half);
        c30.Store(a3);
        c31.Store(a3 + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Signed<TSign>(Vector512<float> value) => typeof(TSign) == typeof(Minus) ? -value : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Signed<TSign>(Vector256<float> value) => typeof(TSign) == typeof(Minus) ? -value : value;

    // Types, not flags: the compiler makes one loop for each, without a branch.
    readonly struct Plus;

    readonly struct Minus;
}
