using System.Diagnostics;
using System.Numerics.Tensors;

namespace BookRec.Engine.Data;

/// <summary>
/// Positive interactions in compressed sparse rows: for each row the sorted distinct columns with their weights and, where the source
/// has times, the day of each. Immutable, thread-safe.
/// </summary>
public sealed class InteractionMatrix
{
    readonly int[] _offsets;
    readonly int[] _columns;
    readonly float[] _weights;
    readonly int[] _days;

    internal InteractionMatrix(int columns, int[] offsets, int[] columnsByRow, float[] weights, int[] days)
    {
        Debug.Assert(offsets[^1] <= columnsByRow.Length && weights.Length == columnsByRow.Length, "One weight per column.");
        Debug.Assert(days.Length == 0 || days.Length == columnsByRow.Length, "Days for all or none.");
        Columns = columns;
        _offsets = offsets;
        _columns = columnsByRow;
        _weights = weights;
        _days = days;
    }

    public int Rows => _offsets.Length - 1;

    public int Columns { get; }

    /// <summary>Interactions in all rows.</summary>
    public int Count => _offsets[^1];

    /// <summary>Whether any interaction has a time.</summary>
    public bool HasDays => _days.Length > 0;

    /// <summary>Interactions of one row.</summary>
    public int CountOf(int row) => _offsets[row + 1] - _offsets[row];

    /// <summary>The columns of a row, ascending.</summary>
    public ReadOnlySpan<int> ColumnsOf(int row) => _columns.AsSpan(_offsets[row], CountOf(row));

    /// <summary>Confidence weight of each of <see cref="ColumnsOf"/>, positive.</summary>
    public ReadOnlySpan<float> WeightsOf(int row) => _weights.AsSpan(_offsets[row], CountOf(row));

    /// <summary>Days since 1970-01-01 of each of <see cref="ColumnsOf"/>, 0 where unknown; empty when no time is known at all.</summary>
    public ReadOnlySpan<int> DaysOf(int row) => HasDays ? _days.AsSpan(_offsets[row], CountOf(row)) : [];

    /// <summary>Interactions of each column.</summary>
    public int[] CountsByColumn()
    {
        var counts = new int[Columns];
        foreach (var column in _columns.AsSpan(0, Count))
        {
            counts[column]++;
        }

        return counts;
    }

    /// <summary>Each row's weights times one number; columns and days are shared.</summary>
    /// <param name="ofRow">One for each row, positive.</param>
    public InteractionMatrix ScaledByRow(ReadOnlySpan<float> ofRow)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ofRow.Length, Rows, nameof(ofRow));
        var weights = new float[_weights.Length];
        for (var row = 0; row < Rows; row++)
        {
            TensorPrimitives.Multiply(WeightsOf(row), ofRow[row], weights.AsSpan(_offsets[row]));
        }

        return new(Columns, _offsets, _columns, weights, _days);
    }

    /// <summary>Each column's weights times one number; columns and days are shared.</summary>
    /// <param name="ofColumn">One for each column, positive; none leaves all as they are.</param>
    public InteractionMatrix ScaledByColumn(ReadOnlySpan<float> ofColumn)
    {
        if (ofColumn.IsEmpty)
        {
            return this;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(ofColumn.Length, Columns, nameof(ofColumn));
        var weights = new float[_weights.Length];
        for (var i = 0; i < Count; i++)
        {
            weights[i] = _weights[i] * ofColumn[_columns[i]];
        }

        return new(Columns, _offsets, _columns, weights, _days);
    }

    /// <summary>Rows become columns. A counting sort: O(count + columns), and the rows of the result are sorted by themselves.</summary>
    public InteractionMatrix Transpose()
    {
        var offsets = new int[Columns + 1];
        foreach (var (column, count) in CountsByColumn().Index())
        {
            offsets[column + 1] = offsets[column] + count;
        }

        var next = offsets.AsSpan(0, Columns).ToArray();
        var rows = new int[Count];
        var weights = new float[Count];
        var days = HasDays ? new int[Count] : [];
        for (var row = 0; row < Rows; row++)
        {
            for (var i = _offsets[row]; i < _offsets[row + 1]; i++)
            {
                var to = next[_columns[i]]++;
                rows[to] = row;
                weights[to] = _weights[i];
                if (HasDays)
                {
                    days[to] = _days[i];
                }
            }
        }

        return new(Rows, offsets, rows, weights, days);
    }
}
