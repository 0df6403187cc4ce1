using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>Rows × factors in one row-major float array.</summary>
public sealed class FactorMatrix
{
    const int CacheLineBytes = 64;

    readonly float[] _values;
    readonly int _first;

    /// <summary>
    /// All zero. The numbers begin on a cache line, so that a row of 16 factors, or a multiple, takes no more lines than it has to: rows are
    /// gathered from memory millions of times in a training.
    /// </summary>
    /// <param name="rows">At least 0.</param>
    /// <param name="factors">At least 0.</param>
    public FactorMatrix(int rows, int factors)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(factors);
        (Rows, Factors) = (rows, factors);

        // Pinned, or the collector would move it off its line.
        _values = GC.AllocateArray<float>(checked((rows * factors) + (CacheLineBytes / sizeof(float))), pinned: true);
        _first = BytesToNextLine(_values) / sizeof(float);
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

    public Span<float> Row(int row) => _values.AsSpan(_first + (row * Factors), Factors);

    /// <summary>All values, row after row.</summary>
    public Span<float> Values => _values.AsSpan(_first, Rows * Factors);

    /// <summary>Keeps the values where they are, for kernels that hold on to a pointer, until the handle is disposed of.</summary>
    internal MemoryHandle Pin() => _values.AsMemory(_first).Pin();

    static unsafe int BytesToNextLine(float[] pinned)
        => (int)(-(nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) & (CacheLineBytes - 1));
}
