namespace BookRec.Engine.Data;

/// <summary>
/// Positive interactions in compressed sparse rows: for each row the sorted distinct columns with their weights and, where the source
/// has times, the day of each. Immutable, thread-safe.
/// </summary>
public sealed class InteractionMatrix
{
    public int Rows => throw new NotImplementedException();

    public int Columns => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public ReadOnlySpan<int> ColumnsOf(int row) => throw new NotImplementedException();

    /// <summary>Confidence weight of each of <see cref="ColumnsOf"/>, positive.</summary>
    public ReadOnlySpan<float> WeightsOf(int row) => throw new NotImplementedException();

    /// <summary>Days since 1970-01-01 of each of <see cref="ColumnsOf"/>, 0 where unknown; empty when no time is known at all.</summary>
    public ReadOnlySpan<int> DaysOf(int row) => throw new NotImplementedException();

    public InteractionMatrix Transpose() => throw new NotImplementedException();
}

/// <summary>Builds an <see cref="InteractionMatrix"/> row by row, without holding the rows twice.</summary>
public sealed class InteractionMatrixBuilder
{
    public InteractionMatrixBuilder(int columns) => throw new NotImplementedException();

    /// <summary>Appends the next row; entries may come in any order, duplicates of a column are refused.</summary>
    public void AddRow(ReadOnlySpan<InteractionEntry> entries) => throw new NotImplementedException();

    public InteractionMatrix Build() => throw new NotImplementedException();
}

/// <param name="Column">0 … columns−1.</param>
/// <param name="Weight">Positive.</param>
/// <param name="Day">Days since 1970-01-01, 0 when unknown.</param>
public readonly record struct InteractionEntry(int Column, float Weight, int Day = 0);
