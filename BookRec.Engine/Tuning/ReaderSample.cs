using BookRec.Engine.Data;

namespace BookRec.Engine.Tuning;

/// <summary>Judges fewer readers, spread evenly over the rows; all of them stay in the training part.</summary>
public static class ReaderSample
{
    const ulong CutSeed = 4;

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

    /// <summary>The judged readers as they were after a few books: the rest of what they read is what is to be found.</summary>
    /// <param name="known">Books that are known of each, drawn by hash; readers who have no more are not judged.</param>
    public static Split CutShort(Split split, int known)
    {
        ArgumentNullException.ThrowIfNull(split);
        var (train, test) = (new InteractionMatrixBuilder(split.Train.Columns), new InteractionMatrixBuilder(split.Train.Columns));
        for (var row = 0; row < split.Train.Rows; row++)
        {
            var judged = split.Test.CountOf(row) > 0 && split.Train.CountOf(row) > known;
            var drawn = judged ? Entries(split.Train, row).OrderBy(entry => SplitKey.Of(CutSeed, row, entry.Column)).ToArray() : [];
            train.AddRow([.. drawn.Take(known).OrderBy(entry => entry.Column)]);
            test.AddRow(judged ? [.. drawn.Skip(known).Concat(Entries(split.Test, row)).OrderBy(entry => entry.Column)] : []);
        }

        return split with { Train = train.Build(), Test = test.Build() };
    }

    /// <summary>The training part with only the rows that are judged.</summary>
    internal static InteractionMatrix TrainOf(Split split) => Only(split.Train, row => split.Test.CountOf(row) > 0);

    /// <summary>The other rows are left empty.</summary>
    public static InteractionMatrix Only(InteractionMatrix matrix, Predicate<int> kept)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(kept);
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
