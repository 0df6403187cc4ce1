using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BookRec.Engine.Data;

namespace BookRec.Engine.Factorization;

/// <summary>
/// A range of rows of an interaction matrix as bytes: what a shard of a training has to know of the data. Days are left out, since the
/// factorization does not look at them.
/// </summary>
/// <remarks>
/// Little-endian, like every machine this runs on:
/// <code>
/// int32 rows, columns, count
/// int32[rows + 1]  where each row begins
/// int32[count]     columns, ascending in each row
/// float[count]     weights
/// </code>
/// </remarks>
public static class InteractionSlice
{
    const int HeaderBytes = 3 * sizeof(int);

    /// <summary>Size of a slice, as bytes and, but for the header, in memory.</summary>
    /// <param name="count">Interactions.</param>
    public static long BytesOf(int rows, int count) => HeaderBytes + (sizeof(int) * (rows + 1L)) + ((sizeof(int) + sizeof(float)) * (long)count);

    /// <param name="firstRow">The first row of the slice.</param>
    /// <param name="rows">How many.</param>
    public static byte[] Write(InteractionMatrix interactions, int firstRow, int rows)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, interactions.Rows - firstRow);
        var offsets = new int[rows + 1];
        for (var row = 0; row < rows; row++)
        {
            offsets[row + 1] = checked(offsets[row] + interactions.CountOf(firstRow + row));
        }

        var bytes = new byte[BytesOf(rows, offsets[^1])];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), interactions.Columns);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2 * sizeof(int)), offsets[^1]);
        var rest = bytes.AsSpan(HeaderBytes);
        Append<int>(ref rest, offsets);
        for (var row = 0; row < rows; row++)
        {
            Append(ref rest, interactions.ColumnsOf(firstRow + row));
        }

        for (var row = 0; row < rows; row++)
        {
            Append(ref rest, interactions.WeightsOf(firstRow + row));
        }

        return bytes;
    }

    /// <returns>A matrix with the slice's rows alone and all columns.</returns>
    /// <exception cref="InvalidDataException">The bytes are no slice: every index is checked, since the row solve trusts them.</exception>
    public static InteractionMatrix Read(ReadOnlySpan<byte> bytes)
    {
        Require(bytes.Length >= HeaderBytes, "the header is missing");
        var rows = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var columns = BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[(2 * sizeof(int))..]);
        Require(rows >= 0 && columns >= 0 && count >= 0 && bytes.Length == BytesOf(rows, count), "its length is not the one its header asks for");
        var rest = bytes[HeaderBytes..];
        var offsets = Take<int>(ref rest, rows + 1);
        var columnsByRow = Take<int>(ref rest, count);
        var weights = Take<float>(ref rest, count);
        Check(offsets, columnsByRow, weights, columns);
        return new(columns, offsets, columnsByRow, weights, []);
    }

    static void Append<T>(ref Span<byte> rest, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    static unsafe T[] Take<T>(ref ReadOnlySpan<byte> rest, int count)
        where T : unmanaged
    {
        var values = new T[count];
        var bytes = count * (long)sizeof(T);
        rest[..(int)bytes].CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        rest = rest[(int)bytes..];
        return values;
    }

    static void Check(int[] offsets, int[] columnsByRow, float[] weights, int columns)
    {
        Require(offsets[0] == 0 && offsets[^1] == columnsByRow.Length, "its rows do not cover its interactions");
        for (var row = 0; row < offsets.Length - 1; row++)
        {
            Require(offsets[row] <= offsets[row + 1] && offsets[row + 1] <= columnsByRow.Length, "its rows do not follow one another");
            var previous = -1;
            for (var i = offsets[row]; i < offsets[row + 1]; i++)
            {
                Require(columnsByRow[i] > previous && columnsByRow[i] < columns, "its columns are not ascending and in range");
                Require(weights[i] > 0 && float.IsFinite(weights[i]), "a weight is not positive and finite");
                previous = columnsByRow[i];
            }
        }
    }

    static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"This is no slice of interactions: {otherwise}.");
        }
    }
}
