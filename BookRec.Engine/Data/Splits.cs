using System.Runtime.InteropServices;

namespace BookRec.Engine.Data;

/// <summary>A division of the interactions of each row into a part to learn from and a part to be judged by; same shape and indices.</summary>
public sealed record Split(InteractionMatrix Train, InteractionMatrix Test);

/// <summary>The ways to divide. All are functions of the ids and a seed alone.</summary>
public static class Splits
{
    /// <summary>Per row, ordered by (key(seed, row id, column id), column id), the first ⌊n·share⌋ interactions are the test.</summary>
    /// <param name="share">0 … 1.</param>
    /// <param name="least">So many at least, as long as one interaction is left to learn from: with 1 readers of few books are judged too.</param>
    public static Split LeaveShareOut(InteractionMatrix interactions, Vocabulary rows, Vocabulary columns, ulong seed, double share, int least = 0)
    {
        CheckShapes(interactions, rows, columns);
        CheckShare(share);
        return Divide(interactions, (row, columnsOfRow, isTest) =>
        {
            var order = new (ulong Key, long Id, int Position)[columnsOfRow.Length];
            for (var i = 0; i < order.Length; i++)
            {
                var id = columns.IdAt(columnsOfRow[i]);
                order[i] = (SplitKey.Of(seed, rows.IdAt(row), id), id, i);
            }

            Array.Sort(order);

            // A share such as 0.2 is a little more or less than a fifth in binary; the small term keeps ⌊5·0.2⌋ at 1.
            var testCount = Math.Max((int)Math.Floor((order.Length * share) + 1e-9), Math.Clamp(order.Length - 1, 0, least));
            foreach (var (_, _, position) in order.AsSpan(0, testCount))
            {
                isTest[position] = true;
            }
        });
    }

    /// <summary>
    /// A holdout that stays the same while interactions are added: a reader is judged when its key is among the lowest so that about
    /// <paramref name="targetReaders"/> are, and each of its interactions is held out when its own key falls under <paramref name="share"/>.
    /// Every model version trained with one seed therefore left out the same interactions, and versions can be compared fairly.
    /// At least one interaction of a row stays in the training part.
    /// </summary>
    /// <remarks>
    /// The bound a reader's key has to fall under is the power of two nearest to targetReaders / rows (at most 1), so that it moves only
    /// when the number of rows doubles; the readers judged under a lower bound are a subset of those judged under a higher one.
    /// </remarks>
    /// <param name="targetReaders">About how many readers to judge, at least 0.</param>
    /// <param name="share">0 … 1.</param>
    public static Split StableHoldout(InteractionMatrix interactions, Vocabulary rows, Vocabulary columns, ulong seed, int targetReaders, double share)
    {
        CheckShapes(interactions, rows, columns);
        CheckShare(share);
        ArgumentOutOfRangeException.ThrowIfNegative(targetReaders);
        var bound = ReaderBound(targetReaders, interactions.Rows);
        return Divide(interactions, (row, columnsOfRow, isTest) =>
        {
            if (SplitKey.Uniform(SplitKey.Of(seed, rows.IdAt(row))) >= bound)
            {
                return;
            }

            // The interaction with the highest key stays if all others are held out, whatever is added later: it can only be replaced by a
            // newcomer that is itself beyond the share or has a higher key.
            var (kept, keptKey) = (-1, 0UL);
            for (var i = 0; i < columnsOfRow.Length; i++)
            {
                var key = SplitKey.Of(seed, rows.IdAt(row), columns.IdAt(columnsOfRow[i]));
                isTest[i] = SplitKey.Uniform(key) < share;
                if (kept < 0 || key > keptKey)
                {
                    (kept, keptKey) = (i, key);
                }
            }

            if (kept >= 0)
            {
                isTest[kept] = false;
            }
        });
    }

    delegate void RowDivider(int row, ReadOnlySpan<int> columns, Span<bool> isTest);

    static Split Divide(InteractionMatrix interactions, RowDivider divider)
    {
        var train = new InteractionMatrixBuilder(interactions.Columns);
        var test = new InteractionMatrixBuilder(interactions.Columns);
        var trainRow = new List<InteractionEntry>();
        var testRow = new List<InteractionEntry>();
        for (var row = 0; row < interactions.Rows; row++)
        {
            trainRow.Clear();
            testRow.Clear();
            var columns = interactions.ColumnsOf(row);
            var weights = interactions.WeightsOf(row);
            var days = interactions.DaysOf(row);
            var isTest = new bool[columns.Length];
            divider(row, columns, isTest);
            for (var i = 0; i < columns.Length; i++)
            {
                (isTest[i] ? testRow : trainRow).Add(new(columns[i], weights[i], days.IsEmpty ? 0 : days[i]));
            }

            train.AddRow(CollectionsMarshal.AsSpan(trainRow));
            test.AddRow(CollectionsMarshal.AsSpan(testRow));
        }

        return new(train.Build(), test.Build());
    }

    static double ReaderBound(int targetReaders, int rows)
        => targetReaders == 0 ? 0
            : targetReaders >= rows ? 1
            : Math.Min(1, Math.Pow(2, Math.Round(Math.Log2((double)targetReaders / rows))));

    static void CheckShapes(InteractionMatrix interactions, Vocabulary rows, Vocabulary columns)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        if (rows.Count != interactions.Rows || columns.Count != interactions.Columns)
        {
            throw new ArgumentException(
                $"The matrix is {interactions.Rows} × {interactions.Columns}, the vocabularies have {rows.Count} and {columns.Count} ids.");
        }
    }

    static void CheckShare(double share)
    {
        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is between 0 and 1.");
        }
    }
}
