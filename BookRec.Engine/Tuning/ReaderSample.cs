using BookRec.Engine.Data;

namespace BookRec.Engine.Tuning;

/// <summary>Judges fewer readers, spread evenly over the rows; all of them stay in the training part.</summary>
static class ReaderSample
{
    public static Split Of(Split split, int readers)
    {
        var judged = Enumerable.Range(0, split.Test.Rows).Where(row => split.Test.CountOf(row) > 0).ToArray();
        if (judged.Length <= readers)
        {
            return split;
        }

        var kept = Enumerable.Range(0, readers).Select(i => judged[(int)((long)i * judged.Length / readers)]).ToHashSet();
        var test = new InteractionMatrixBuilder(split.Test.Columns);
        for (var row = 0; row < split.Test.Rows; row++)
        {
            test.AddRow(kept.Contains(row) ? Entries(split.Test, row) : []);
        }

        return split with { Test = test.Build() };
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
