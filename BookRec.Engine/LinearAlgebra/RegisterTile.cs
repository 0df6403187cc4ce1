using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// A ← B ± LᵀR on one small tile of A, whose numbers stay in registers while the panels stream by: the one inner loop under
/// <see cref="SymmetricRankK"/> and <see cref="PackedMatrix"/>. B, at <c>from</c>, has the stride of A and may be A itself.
/// </summary>
/// <remarks>
/// Row k of the panels is at left + k·leftStride (as many numbers as the tile has rows) and at right + k·rightStride (as many as it has
/// columns). Per step of depth 8 × 32 tiles load 2 vectors and broadcast 8 numbers for 16 fused multiply-adds (Goto and van de Geijn, 2008,
/// "Anatomy of high-performance matrix multiplication"). Machines without 512-bit registers use 4 × 16 tiles of 256 bits.
/// </remarks>
static unsafe class RegisterTile
{
    /// <summary>Floats of a wide vector; every stride is a multiple of it.</summary>
    public const int Lane = 16;

    /// <summary>Of the wide tiles.</summary>
    public const int Rows = 8;

    public const int NarrowRows = 4;

    public static void Tile8X32<TMode>(
        float* a, float* from, int stride, float* left, int leftStride, float* right, int rightStride, int depth, LineAhead ahead)
        where TMode : struct
    {
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, a6 = a5 + stride, a7 = a6 + stride;
        Vector512<float> c00 = Wide<TMode>(from), c01 = Wide<TMode>(from + Lane);
        Vector512<float> c10 = Wide<TMode>(from + stride), c11 = Wide<TMode>(from + stride + Lane);
        Vector512<float> c20 = Wide<TMode>(from + (2 * stride)), c21 = Wide<TMode>(from + (2 * stride) + Lane);
        Vector512<float> c30 = Wide<TMode>(from + (3 * stride)), c31 = Wide<TMode>(from + (3 * stride) + Lane);
        Vector512<float> c40 = Wide<TMode>(from + (4 * stride)), c41 = Wide<TMode>(from + (4 * stride) + Lane);
        Vector512<float> c50 = Wide<TMode>(from + (5 * stride)), c51 = Wide<TMode>(from + (5 * stride) + Lane);
        Vector512<float> c60 = Wide<TMode>(from + (6 * stride)), c61 = Wide<TMode>(from + (6 * stride) + Lane);
        Vector512<float> c70 = Wide<TMode>(from + (7 * stride)), c71 = Wide<TMode>(from + (7 * stride) + Lane);
        for (var k = 0; k < depth; k++, left += leftStride, right += rightStride)
        {
            ahead.Prefetch(k);
            Vector512<float> r0 = Signed<TMode>(Vector512.Load(right)), r1 = Signed<TMode>(Vector512.Load(right + Lane));
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

    public static void Tile8X16<TMode>(
        float* a, float* from, int stride, float* left, int leftStride, float* right, int rightStride, int depth, LineAhead ahead)
        where TMode : struct
    {
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, a6 = a5 + stride, a7 = a6 + stride;
        Vector512<float> c0 = Wide<TMode>(from), c1 = Wide<TMode>(from + stride), c2 = Wide<TMode>(from + (2 * stride)), c3 = Wide<TMode>(from + (3 * stride));
        Vector512<float> c4 = Wide<TMode>(from + (4 * stride)), c5 = Wide<TMode>(from + (5 * stride)), c6 = Wide<TMode>(from + (6 * stride)), c7 = Wide<TMode>(from + (7 * stride));
        for (var k = 0; k < depth; k++, left += leftStride, right += rightStride)
        {
            ahead.Prefetch(k);
            var r = Signed<TMode>(Vector512.Load(right));
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

    /// <summary>
    /// A ← B + RᵀR of sixteen columns, each pair of them once: row d of A has the products of column i with column (i + d) mod 16, d = 0 … 8.
    /// Nine sums where a square tile has sixteen. Shifts by 0, 1, 3, 7 and 8 have every such distance among them, so four rotations do.
    /// </summary>
    public static void AddCyclic(float* a, float* from, int stride, float* right, int rightStride, int depth)
    {
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, a6 = a5 + stride, a7 = a6 + stride, a8 = a7 + stride;
        Vector512<float> c0 = Vector512.Load(from), c1 = Vector512.Load(from + stride);
        Vector512<float> c2 = Rotated(Vector512.Load(from + (2 * stride)), 1), c3 = Vector512.Load(from + (3 * stride));
        Vector512<float> c4 = Rotated(Vector512.Load(from + (4 * stride)), 3), c5 = Rotated(Vector512.Load(from + (5 * stride)), 3);
        Vector512<float> c6 = Rotated(Vector512.Load(from + (6 * stride)), 1), c7 = Vector512.Load(from + (7 * stride)), c8 = Vector512.Load(from + (8 * stride));
        for (var k = 0; k < depth; k++, right += rightStride)
        {
            var r = Vector512.Load(right);
            Vector512<float> r1 = Rotated(r, 1), r3 = Rotated(r, 3), r7 = Rotated(r, 7), r8 = Rotated(r, 8);
            c0 = Vector512.FusedMultiplyAdd(r, r, c0);
            c1 = Vector512.FusedMultiplyAdd(r, r1, c1);
            c2 = Vector512.FusedMultiplyAdd(r1, r3, c2);
            c3 = Vector512.FusedMultiplyAdd(r, r3, c3);
            c4 = Vector512.FusedMultiplyAdd(r3, r7, c4);
            c5 = Vector512.FusedMultiplyAdd(r3, r8, c5);
            c6 = Vector512.FusedMultiplyAdd(r1, r7, c6);
            c7 = Vector512.FusedMultiplyAdd(r, r7, c7);
            c8 = Vector512.FusedMultiplyAdd(r, r8, c8);
        }

        c0.Store(a);
        c1.Store(a1);
        Rotated(c2, Lane - 1).Store(a2);
        c3.Store(a3);
        Rotated(c4, Lane - 3).Store(a4);
        Rotated(c5, Lane - 3).Store(a5);
        Rotated(c6, Lane - 1).Store(a6);
        c7.Store(a7);
        c8.Store(a8);
    }

    public static void Tile4X16<TMode>(
        float* a, float* from, int stride, float* left, int leftStride, float* right, int rightStride, int depth, LineAhead ahead)
        where TMode : struct
    {
        const int Half = Lane / 2;
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride;
        Vector256<float> c00 = Narrow<TMode>(from), c01 = Narrow<TMode>(from + Half);
        Vector256<float> c10 = Narrow<TMode>(from + stride), c11 = Narrow<TMode>(from + stride + Half);
        Vector256<float> c20 = Narrow<TMode>(from + (2 * stride)), c21 = Narrow<TMode>(from + (2 * stride) + Half);
        Vector256<float> c30 = Narrow<TMode>(from + (3 * stride)), c31 = Narrow<TMode>(from + (3 * stride) + Half);
        for (var k = 0; k < depth; k++, left += leftStride, right += rightStride)
        {
            ahead.Prefetch(k);
            Vector256<float> r0 = Signed<TMode>(Vector256.Load(right)), r1 = Signed<TMode>(Vector256.Load(right + Half));
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

    /// <summary>Number i is the value's number (i + by) mod 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Rotated(Vector512<float> value, [ConstantExpected] byte by)
        => Avx512F.IsSupported
            ? Avx512F.AlignRight32(value.AsInt32(), value.AsInt32(), by).AsSingle()
            : Vector512.Shuffle(value, (Vector512<int>.Indices + Vector512.Create((int)by)) & Vector512.Create(Lane - 1));

    // The JIT sees types, not values: one loop for each mode, without a branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Wide<TMode>(float* a) => typeof(TMode) == typeof(Set) ? default : Vector512.Load(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Narrow<TMode>(float* a) => typeof(TMode) == typeof(Set) ? default : Vector256.Load(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Signed<TMode>(Vector512<float> value) => typeof(TMode) == typeof(Subtract) ? -value : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Signed<TMode>(Vector256<float> value) => typeof(TMode) == typeof(Subtract) ? -value : value;

    /// <summary>A ← B + LᵀR.</summary>
    public readonly struct Add;

    /// <summary>A ← B − LᵀR.</summary>
    public readonly struct Subtract;

    /// <summary>A ← LᵀR.</summary>
    public readonly struct Set;
}
