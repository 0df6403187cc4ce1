namespace BookRec.Engine.Factorization;

/// <summary>One way to solve rows against the fixed side. Holds scratch memory, so each thread has its own.</summary>
interface IRowSolver : IDisposable
{
    /// <param name="rows">Each with an interaction at least.</param>
    void SolveAll(ReadOnlySpan<int> rows, RowsToSolve task);
}
