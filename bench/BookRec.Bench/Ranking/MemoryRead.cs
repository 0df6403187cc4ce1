using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BookRec.Bench.Ranking;

/// <summary>The yardstick of a large ranking: every number read once, and nothing done that could take longer.</summary>
static class MemoryRead
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(ReadOnlySpan<float> values)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return Vector256.Sum(a + b + c + d);
    }
}
