using BookRec.Engine.Data;

namespace BookRec.Engine.Factorization;

/// <summary>A range of rows by length, the longest first: big rows at the end would leave the other threads idle.</summary>
sealed class RowOrder
{
    // Enough chunks that threads end together, few enough that taking one costs nothing.
    const int ChunksPerThread = 64;

    readonly InteractionMatrix _interactions;
    readonly int[] _rows;

    RowOrder(InteractionMatrix interactions, int[] rows) => (_interactions, _rows) = (interactions, rows);

    /// <summary>Rows with an interaction at least.</summary>
    public ReadOnlyMemory<int> NotEmpty => LongerThan(0);

    public ReadOnlyMemory<int> Empty => _rows.AsMemory(LongerThan(0).Length);

    /// <summary>A counting sort.</summary>
    public static RowOrder Of(InteractionMatrix interactions, int firstRow, int count)
    {
        var longest = 0;
        for (var row = firstRow; row < firstRow + count; row++)
        {
            longest = Math.Max(longest, interactions.CountOf(row));
        }

        // Where the rows of each length begin.
        var begins = new int[longest + 2];
        for (var row = firstRow; row < firstRow + count; row++)
        {
            begins[longest - interactions.CountOf(row) + 1]++;
        }

        for (var shorter = 1; shorter < begins.Length; shorter++)
        {
            begins[shorter] += begins[shorter - 1];
        }

        var rows = new int[count];
        for (var row = firstRow; row < firstRow + count; row++)
        {
            rows[begins[longest - interactions.CountOf(row)]++] = row;
        }

        return new(interactions, rows);
    }

    /// <summary>The rows longer than <paramref name="least"/> and no longer than <paramref name="most"/>, in chunks of about the same arithmetic.</summary>
    /// <param name="rowWork">What a row costs whatever its length, in interactions.</param>
    public List<ReadOnlyMemory<int>> Chunks(int least, int most, int threads, int rowWork)
    {
        var rows = LongerThan(least)[LongerThan(most).Length..];
        var all = 0L;
        foreach (var row in rows.Span)
        {
            all += _interactions.CountOf(row) + rowWork;
        }

        var perChunk = all / (threads * ChunksPerThread);
        var chunks = new List<ReadOnlyMemory<int>>();
        var (begin, work) = (0, 0L);
        for (var i = 0; i < rows.Length; i++)
        {
            work += _interactions.CountOf(rows.Span[i]) + rowWork;
            if (work > perChunk || i == rows.Length - 1)
            {
                chunks.Add(rows[begin..(i + 1)]);
                (begin, work) = (i + 1, 0);
            }
        }

        return chunks;
    }

    ReadOnlyMemory<int> LongerThan(int length)
    {
        var end = Array.FindIndex(_rows, row => _interactions.CountOf(row) <= length);
        return _rows.AsMemory(0, end < 0 ? _rows.Length : end);
    }
}
