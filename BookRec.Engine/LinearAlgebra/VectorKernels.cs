using System.Numerics;
using System.Runtime.CompilerServices;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>Inner products and sums of short vectors, where a library call would cost as much as the work.</summary>
static unsafe class VectorKernels
{
    /// <summary>Σ aᵢbᵢ.</summary>
    public static float Dot(float* a, float* b, int length)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums = Vector.FusedMultiplyAdd(Vector.Load(a + i), Vector.Load(b + i), sums);
        }

        var sum = Vector.Sum(sums);
        for (; i < length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>target ← target + scale·source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(float* target, float* source, float scale, int length)
    {
        var scales = new Vector<float>(scale);
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.FusedMultiplyAdd(scales, Vector.Load(source + i), Vector.Load(target + i)).Store(target + i);
        }

        for (; i < length; i++)
        {
            target[i] += scale * source[i];
        }
    }

    /// <summary>target ← scale·target.</summary>
    public static void Scale(float* target, float scale, int length)
    {
        var scales = new Vector<float>(scale);
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(target + i) * scales).Store(target + i);
        }

        for (; i < length; i++)
        {
            target[i] *= scale;
        }
    }

    /// <summary>target ← target − Σ coefficients[r] · rows[r], over eight rows.</summary>
    /// <param name="rows">The first row's first number; the next row is <paramref name="stride"/> further.</param>
    public static void SubtractEightRows(float* target, float* rows, int stride, float* coefficients, int length)
    {
        float* r1 = rows + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride, r6 = r5 + stride, r7 = r6 + stride;
        Vector<float> c0 = new(-coefficients[0]), c1 = new(-coefficients[1]), c2 = new(-coefficients[2]), c3 = new(-coefficients[3]);
        Vector<float> c4 = new(-coefficients[4]), c5 = new(-coefficients[5]), c6 = new(-coefficients[6]), c7 = new(-coefficients[7]);
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // Two chains of four instead of one of eight.
            var even = Vector.FusedMultiplyAdd(c0, Vector.Load(rows + i), Vector.Load(target + i));
            var odd = c1 * Vector.Load(r1 + i);
            even = Vector.FusedMultiplyAdd(c2, Vector.Load(r2 + i), even);
            odd = Vector.FusedMultiplyAdd(c3, Vector.Load(r3 + i), odd);
            even = Vector.FusedMultiplyAdd(c4, Vector.Load(r4 + i), even);
            odd = Vector.FusedMultiplyAdd(c5, Vector.Load(r5 + i), odd);
            even = Vector.FusedMultiplyAdd(c6, Vector.Load(r6 + i), even);
            odd = Vector.FusedMultiplyAdd(c7, Vector.Load(r7 + i), odd);
            (even + odd).Store(target + i);
        }

        for (; i < length; i++)
        {
            for (var row = 0; row < 8; row++)
            {
                target[i] -= coefficients[row] * rows[(row * stride) + i];
            }
        }
    }

    /// <summary>results[r] ← results[r] − rows[r] · vector, over eight rows.</summary>
    /// <param name="rows">The first row's first number; the next row is <paramref name="stride"/> further.</param>
    public static void SubtractEightDots(float* results, float* rows, int stride, float* vector, int length)
    {
        float* r1 = rows + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride, r6 = r5 + stride, r7 = r6 + stride;
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = Vector.Load(vector + i);
            s0 = Vector.FusedMultiplyAdd(x, Vector.Load(rows + i), s0);
            s1 = Vector.FusedMultiplyAdd(x, Vector.Load(r1 + i), s1);
            s2 = Vector.FusedMultiplyAdd(x, Vector.Load(r2 + i), s2);
            s3 = Vector.FusedMultiplyAdd(x, Vector.Load(r3 + i), s3);
            s4 = Vector.FusedMultiplyAdd(x, Vector.Load(r4 + i), s4);
            s5 = Vector.FusedMultiplyAdd(x, Vector.Load(r5 + i), s5);
            s6 = Vector.FusedMultiplyAdd(x, Vector.Load(r6 + i), s6);
            s7 = Vector.FusedMultiplyAdd(x, Vector.Load(r7 + i), s7);
        }

        results[0] -= Vector.Sum(s0);
        results[1] -= Vector.Sum(s1);
        results[2] -= Vector.Sum(s2);
        results[3] -= Vector.Sum(s3);
        results[4] -= Vector.Sum(s4);
        results[5] -= Vector.Sum(s5);
        results[6] -= Vector.Sum(s6);
        results[7] -= Vector.Sum(s7);
        for (; i < length; i++)
        {
            for (var row = 0; row < 8; row++)
            {
                results[row] -= rows[(row * stride) + i] * vector[i];
            }
        }
    }
}
