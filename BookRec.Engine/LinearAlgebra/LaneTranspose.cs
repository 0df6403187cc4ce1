using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>Sixteen by sixteen numbers with rows and columns swapped: between one system after the other and one system in each lane.</summary>
static unsafe class LaneTranspose
{
    const int Lanes = 16;

    /// <summary>target[j][i] ← source[i][j].</summary>
    public static void Of(float* source, int sourceStride, float* target, int targetStride)
    {
        if (!Avx512F.IsSupported)
        {
            Plainly(source, sourceStride, target, targetStride);
            return;
        }

        var (a0, a1, a2, a3) = FourRows(source, sourceStride);
        var (b0, b1, b2, b3) = FourRows(source + (4 * sourceStride), sourceStride);
        var (c0, c1, c2, c3) = FourRows(source + (8 * sourceStride), sourceStride);
        var (d0, d1, d2, d3) = FourRows(source + (12 * sourceStride), sourceStride);
        FourColumns(a0, b0, c0, d0, target, 4 * targetStride);
        FourColumns(a1, b1, c1, d1, target + targetStride, 4 * targetStride);
        FourColumns(a2, b2, c2, d2, target + (2 * targetStride), 4 * targetStride);
        FourColumns(a3, b3, c3, d3, target + (3 * targetStride), 4 * targetStride);
    }

    /// <summary>What <see cref="Of"/> does, number by number.</summary>
    internal static void Plainly(float* source, int sourceStride, float* target, int targetStride)
    {
        for (var i = 0; i < Lanes; i++)
        {
            for (var j = 0; j < Lanes; j++)
            {
                target[(j * targetStride) + i] = source[(i * sourceStride) + j];
            }
        }
    }

    /// <returns>Vector c has, in its quarters, columns c, c + 4, c + 8 and c + 12 of the four rows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> C0, Vector512<float> C1, Vector512<float> C2, Vector512<float> C3) FourRows(float* rows, int stride)
    {
        Vector512<float> r0 = Vector512.Load(rows), r1 = Vector512.Load(rows + stride);
        Vector512<float> r2 = Vector512.Load(rows + (2 * stride)), r3 = Vector512.Load(rows + (3 * stride));
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble(), high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble(), high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        return (
            Avx512F.UnpackLow(low01, low23).AsSingle(),
            Avx512F.UnpackHigh(low01, low23).AsSingle(),
            Avx512F.UnpackLow(high01, high23).AsSingle(),
            Avx512F.UnpackHigh(high01, high23).AsSingle());
    }

    /// <summary>The same column of each quarter, from four times four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FourColumns(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, int stride)
    {
        const byte EvenQuarters = 0x88, OddQuarters = 0xDD;
        Vector512<float> evenAb = Avx512F.Shuffle4x128(a, b, EvenQuarters), oddAb = Avx512F.Shuffle4x128(a, b, OddQuarters);
        Vector512<float> evenCd = Avx512F.Shuffle4x128(c, d, EvenQuarters), oddCd = Avx512F.Shuffle4x128(c, d, OddQuarters);
        Avx512F.Shuffle4x128(evenAb, evenCd, EvenQuarters).Store(target);
        Avx512F.Shuffle4x128(oddAb, oddCd, EvenQuarters).Store(target + stride);
        Avx512F.Shuffle4x128(evenAb, evenCd, OddQuarters).Store(target + (2 * stride));
        Avx512F.Shuffle4x128(oddAb, oddCd, OddQuarters).Store(target + (3 * stride));
    }
}
