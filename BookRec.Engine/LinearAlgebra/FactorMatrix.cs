using System.Buffers;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>Rows × factors in one row-major float array.</summary>
public sealed class FactorMatrix
{
    readonly float[] _values;

    /// <summary>All zero.</summary>
    /// <param name="rows">At least 0.</param>
    /// <param name="factors">At least 0.</param>
    public FactorMatrix(int rows, int factors)
        : this(rows, factors, new float[checked(rows * factors)])
    {
    }

    /// <summary>Over an array that the caller gives away.</summary>
    /// <param name="values">Rows × factors numbers, row after row.</param>
    public FactorMatrix(int rows, int factors, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(factors);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, checked(rows * factors));
        (Rows, Factors, _values) = (rows, factors, values);
    }

    public int Rows { get; }

    public int Factors { get; }

    public Span<float> Row(int row) => _values.AsSpan(row * Factors, Factors);

    /// <summary>All values, row after row.</summary>
    public Span<float> Values => _values;

    /// <summary>Keeps the values where they are, for kernels that hold on to a pointer, until the handle is disposed of.</summary>
    internal MemoryHandle Pin() => _values.AsMemory().Pin();
}
