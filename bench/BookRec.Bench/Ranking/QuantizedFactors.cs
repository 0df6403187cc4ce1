using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Ranking;

namespace BookRec.Bench.Ranking;

/// <summary>
/// A prototype that tells how far a smaller index would go: each row in bytes with a scale of its own, a quarter of the memory; the best
/// few are scored again exactly.
/// </summary>
sealed class QuantizedFactors
{
    public const int Candidates = 50;

    readonly FactorMatrix _exact;
    readonly sbyte[] _bytes;
    readonly float[] _scales;
    readonly float[] _scores;

    public QuantizedFactors(FactorMatrix factors)
    {
        (_exact, _bytes, _scales) = (factors, new sbyte[factors.Values.Length], new float[factors.Rows]);
        _scores = new float[factors.Rows];
        for (var row = 0; row < factors.Rows; row++)
        {
            _scales[row] = Quantize(factors.Row(row), _bytes.AsSpan(row * factors.Factors, factors.Factors));
        }
    }

    public int[] Best(ReadOnlySpan<float> vector, Vocabulary ids, int count)
    {
        var bytes = new sbyte[vector.Length];
        Quantize(vector, bytes);
        var wide = Array.ConvertAll(bytes, value => (short)value);
        for (var row = 0; row < _scores.Length; row++)
        {
            _scores[row] = Dot(_bytes.AsSpan(row * vector.Length, vector.Length), wide) * _scales[row];
        }

        var best = TopK.Select(_scores, ids, null, Candidates);
        var exact = new float[best.Length];
        for (var i = 0; i < best.Length; i++)
        {
            exact[i] = -TensorPrimitives.Dot(_exact.Row(best[i]), vector);
        }

        Array.Sort(exact, best);
        return best[..count];
    }

    static float Quantize(ReadOnlySpan<float> values, Span<sbyte> bytes)
    {
        var scale = TensorPrimitives.MaxMagnitude(values) / sbyte.MaxValue;
        scale = Math.Abs(scale) > 0 ? Math.Abs(scale) : 1;
        for (var i = 0; i < values.Length; i++)
        {
            bytes[i] = (sbyte)MathF.Round(values[i] / scale);
        }

        return scale;
    }

    // Two products of bytes fit 16 bits no more, so they are widened before they are added.
    static int Dot(ReadOnlySpan<sbyte> row, ReadOnlySpan<short> vector)
    {
        var sums = Vector<int>.Zero;
        var rows = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(row);
        var vectors = MemoryMarshal.Cast<short, Vector<short>>(vector);
        for (var i = 0; i < rows.Length; i++)
        {
            Vector.Widen(rows[i], out var low, out var high);
            Vector.Widen(low * vectors[2 * i], out var a, out var b);
            Vector.Widen(high * vectors[(2 * i) + 1], out var c, out var d);
            sums += a + b + c + d;
        }

        var sum = Vector.Sum(sums);
        for (var i = rows.Length * Vector<sbyte>.Count; i < row.Length; i++)
        {
            sum += row[i] * vector[i];
        }

        return sum;
    }
}
