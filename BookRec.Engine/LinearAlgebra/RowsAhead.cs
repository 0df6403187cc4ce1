namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// Rows of a factor matrix that will be read soon, in no order the machine could guess: asked for a cache line between two steps of
/// arithmetic, they are near when their turn comes.
/// </summary>
/// <param name="rows">Where each begins.</param>
/// <param name="count">How many.</param>
/// <param name="factors">Numbers in each.</param>
unsafe struct RowsAhead(float** rows, int count, int factors)
{
    int _asked;

    /// <summary>What one tile asks for: the next line of each row, or nothing where all have been asked for.</summary>
    public LineAhead NextLine()
    {
        if (_asked > factors)
        {
            return default;
        }

        // A row may begin within a line, and then its last number is on one more.
        var line = new LineAhead(rows, count, Math.Min(_asked, factors - 1));
        _asked += CacheLine.Floats;
        return line;
    }
}
