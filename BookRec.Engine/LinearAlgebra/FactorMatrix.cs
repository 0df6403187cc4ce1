namespace BookRec.Engine.LinearAlgebra;

/// <summary>Rows × factors in one row-major float array.</summary>
public sealed class FactorMatrix(int rows, int factors)
{
    public int Rows { get; } = rows;

    public int Factors { get; } = factors;

    public Span<float> Row(int row) => throw new NotImplementedException();

    /// <summary>All values, row after row.</summary>
    public Span<float> Values => throw new NotImplementedException();
}
