using BookRec.Engine.Data;

namespace BookRec.Engine.Tuning;

/// <summary>Judges fewer readers, spread evenly over the rows; all of them stay in the training part.</summary>
public static class ReaderSample
{
    /// <param name="readers">At most so many are judged.</param>
    public static Split Of(Split split, int readers)
    {
        ArgumentNullException.ThrowIfNull(split);
        var judged = Enumerable.Range(0, split.Test.Rows).Where(row => split.Test.CountOf(row) > 0).ToArray();
        if (judged.Length <= readers)
        {
            return split;
        }

        var kept = Enumerable.Range(0, readers).Select(i => judged[(int)((long)i * judged.Length / readers)]).ToHashSet();
        return split with { Test = Only(split.Test, kept.Contains) };
    }

    /// <summary>The training part with only the rows that are judged.</summary>
    internal static InteractionMatrix TrainOf(Split split) => Only(split.Train, row => split.Test.CountOf(row) > 0);

    /// <summary>The other rows are left empty.</summary>
    static InteractionMatrix Only(InteractionMatrix matrix, Predicate<int> kept)
    {
        var some = new InteractionMatrixBuilder(matrix.Columns);
        for (var row = 0; row < matrix.Rows; row++)
        {
            some.AddRow(kept(row) ? Entries(matrix, row) : []);
        }

        return some.Build();
    }

    static InteractionEntry[] Entries(InteractionMatrix matrix, int row)
    {
        var columns = matrix.ColumnsOf(row);
        var weights = matrix.WeightsOf(row);
        var days = matrix.DaysOf(row);
        var entries = new InteractionEntry[columns.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new(columns[i], weights[i], days.IsEmpty ? 0 : days[i]);
        }

        return entries;
    }
}
