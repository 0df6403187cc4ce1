using System.Runtime.InteropServices;

namespace BookRec.Engine.Data;

/// <param name="Column">0 … columns−1.</param>
/// <param name="Weight">Positive and finite.</param>
/// <param name="Day">Days since 1970-01-01, 0 when unknown.</param>
public readonly record struct InteractionEntry(int Column, float Weight, int Day = 0);

/// <summary>Builds an <see cref="InteractionMatrix"/> row by row, without holding the rows twice.</summary>
public sealed class InteractionMatrixBuilder
{
    readonly int _columns;
    readonly List<int> _offsets = [0];
    readonly List<int> _columnsByRow = [];
    readonly List<float> _weights = [];
    readonly List<int> _days = [];
    InteractionEntry[] _row = [];
    bool _hasDays;

    /// <param name="columns">At least 0.</param>
    public InteractionMatrixBuilder(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        _columns = columns;
    }

    /// <summary>Appends the next row; entries may come in any order, duplicates of a column are refused.</summary>
    /// <exception cref="ArgumentException">When a column is out of range or occurs twice, or a weight is not positive and finite.</exception>
    public void AddRow(ReadOnlySpan<InteractionEntry> entries)
    {
        if (_row.Length < entries.Length)
        {
            _row = new InteractionEntry[Math.Max(entries.Length, 2 * _row.Length)];
        }

        var row = _row.AsSpan(0, entries.Length);
        entries.CopyTo(row);
        row.Sort(static (a, b) => a.Column.CompareTo(b.Column));
        Check(row);
        foreach (var entry in row)
        {
            _columnsByRow.Add(entry.Column);
            _weights.Add(entry.Weight);
            if (entry.Day != 0 && !_hasDays)
            {
                // The first time seen: everything before it had none.
                _hasDays = true;
                CollectionsMarshal.SetCount(_days, _columnsByRow.Count - 1);
                CollectionsMarshal.AsSpan(_days).Clear();
            }

            if (_hasDays)
            {
                _days.Add(entry.Day);
            }
        }

        _offsets.Add(_columnsByRow.Count);
    }

    public InteractionMatrix Build() => new(_columns, [.. _offsets], [.. _columnsByRow], [.. _weights], [.. _days]);

    void Check(ReadOnlySpan<InteractionEntry> sorted)
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            var (column, weight, _) = sorted[i];
            if ((uint)column >= (uint)_columns)
            {
                throw new ArgumentException($"Column {column} is not in 0 … {_columns - 1}.", nameof(sorted));
            }

            if (!(weight > 0) || float.IsInfinity(weight))
            {
                throw new ArgumentException($"The weight of column {column} is {weight}; it has to be positive and finite.", nameof(sorted));
            }

            if (i > 0 && sorted[i - 1].Column == column)
            {
                throw new ArgumentException($"Column {column} occurs twice in a row.", nameof(sorted));
            }
        }
    }
}
