using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>The same cache line of each of a few rows, see <see cref="RowsAhead"/>.</summary>
/// <param name="rows">Where each row begins.</param>
/// <param name="count">How many.</param>
/// <param name="offset">A number of the line.</param>
readonly unsafe struct LineAhead(float** rows, int count, int offset)
{
    /// <summary>Asks for the line of row <paramref name="step"/>, if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int step)
    {
        if (step < count && Sse.IsSupported)
        {
            Sse.Prefetch1(rows[step] + offset);
        }
    }
}
