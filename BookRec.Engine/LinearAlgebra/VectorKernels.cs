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
}
