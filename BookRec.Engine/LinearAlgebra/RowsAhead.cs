using System.Runtime.Intrinsics.X86;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// Rows of a factor matrix that will be read soon, in no order the machine could guess: asked for a few at a time between tiles of
/// arithmetic, they are near when their turn comes.
/// </summary>
unsafe ref struct RowsAhead
{
    const int CacheLine = 16;

    readonly float* _matrix;
    readonly int _factors;
    readonly int _atOnce;
    ReadOnlySpan<int> _rows;

    /// <param name="matrix">Row after row; does not move.</param>
    public RowsAhead(float* matrix, int factors, ReadOnlySpan<int> rows)
        : this(matrix, factors, rows, rows.Length)
    {
    }

    RowsAhead(float* matrix, int factors, ReadOnlySpan<int> rows, int atOnce)
    {
        _matrix = matrix;
        _factors = factors;
        _rows = rows;
        _atOnce = atOnce;
    }

    /// <summary>The same rows, shared out over so many calls.</summary>
    public readonly RowsAhead Over(int calls) => new(_matrix, _factors, _rows, (_rows.Length + calls - 1) / Math.Max(1, calls));

    /// <summary>Asks for the next few.</summary>
    public void Prefetch()
    {
        if (_rows.IsEmpty || !Sse.IsSupported)
        {
            return;
        }

        var some = _rows[..Math.Min(_atOnce, _rows.Length)];
        foreach (var row in some)
        {
            var values = _matrix + ((long)row * _factors);
            for (var i = 0; i < _factors; i += CacheLine)
            {
                Sse.Prefetch1(values + i);
            }
        }

        _rows = _rows[some.Length..];
    }
}
