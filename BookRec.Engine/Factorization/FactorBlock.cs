using System.Runtime.InteropServices;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>A range of rows of factors as bytes: little-endian floats, row after row, and nothing else.</summary>
public static class FactorBlock
{
    public static long BytesOf(int rows, int factors) => (long)rows * factors * sizeof(float);

    public static byte[] Write(FactorMatrix matrix, int firstRow, int rows)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return MemoryMarshal.AsBytes(matrix.Values.Slice(firstRow * matrix.Factors, rows * matrix.Factors)).ToArray();
    }

    /// <summary>Puts a block's rows in their place.</summary>
    /// <exception cref="InvalidDataException">The block has not so many rows, or numbers that are not finite.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, FactorMatrix target, int firstRow, int rows)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (bytes.Length != BytesOf(rows, target.Factors))
        {
            throw new InvalidDataException($"A block of {rows} rows and {target.Factors} factors has {bytes.Length} bytes.");
        }

        var values = target.Values.Slice(firstRow * target.Factors, rows * target.Factors);
        MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidDataException("A block of factors holds a number that is not finite.");
            }
        }
    }
}
