using BookRec.Engine.Data;

namespace BookRec.Engine.Tuning;

/// <summary>Judges fewer readers, spread evenly over the rows.</summary>
public static class ReaderSample
{
    const ulong CutSeed = 4;
    const int MostHeldOut = 500;
    const int OneHeldOutOf = 10;

    /// <summary>All of them stay in the training part.</summary>
    /// <param name="readers">At most so many are judged.</param>
    public static Split Of(Split split, int readers)
    {
        ArgumentNullException.ThrowIfNull(split);
        var kept = Spread(split, readers);
        return split with { Test = Only(split.Test, kept.Contains) };
    }

    /// <summary>
    /// Takes some readers, at most a tenth, out of training as well: only by those can be judged how well a model does for somebody it has
    /// never seen.
    /// </summary>
    /// <returns>The split without them, and the split with them alone.</returns>
    public static (Split Known, Split Strangers) HoldOut(Split split)
    {
        ArgumentNullException.ThrowIfNull(split);
        var judged = Enumerable.Range(0, split.Test.Rows).Count(row => split.Test.CountOf(row) > 0);
        var strangers = Spread(split, Math.Min(MostHeldOut, judged / OneHeldOutOf));
        return (Part(row => !strangers.Contains(row)), Part(strangers.Contains));

        Split Part(Predicate<int> kept) => split with { Train = Only(split.Train, kept), Test = Only(split.Test, kept) };
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

    static HashSet<int> Spread(Split split, int readers)
    {
        var judged = Enumerable.Range(0, split.Test.Rows).Where(row => split.Test.CountOf(row) > 0).ToArray();
        return judged.Length <= readers ? [.. judged] : [.. Enumerable.Range(0, readers).Select(i => judged[(int)((long)i * judged.Length / readers)])];
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
