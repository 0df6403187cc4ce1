namespace BookRec.Engine.LinearAlgebra;

/// <summary>YᵀY, factors × factors, of a factor matrix: what all rows of a half-step share.</summary>
public static unsafe class Gramian
{
    // The sum is made over fixed blocks of rows and joined in their order, so the result does not depend on the number of threads. Each block
    // has factors² numbers of its own: fewer of them where that is many.
    const int MinimumBlocks = 4;
    const int MaximumBlocks = 16;
    const int MaximumNumbers = 1 << 20;
    const int MinimumBlockRows = 512;
    const int PanelRows = 128;

    /// <param name="threads">At least 1.</param>
    /// <returns>Factors × factors, symmetric.</returns>
    public static FactorMatrix Of(FactorMatrix matrix, int threads)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var factors = matrix.Factors;
        var stride = SymmetricRankK.StrideOf(factors);
        var mostBlocks = Math.Clamp(MaximumNumbers / Math.Max(1, stride * stride), MinimumBlocks, MaximumBlocks);
        var blockRows = Math.Max(MinimumBlockRows, (matrix.Rows + mostBlocks - 1) / mostBlocks);
        var blocks = new AlignedBuffer[(matrix.Rows + blockRows - 1) / blockRows];
        try
        {
            Parallel.For(0, blocks.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
            {
                blocks[block] = new(stride * stride);
                using var panel = new AlignedBuffer(PanelRows * stride);
                var end = Math.Min(matrix.Rows, (block + 1) * blockRows);
                for (var row = block * blockRows; row < end; row += PanelRows)
                {
                    var depth = Math.Min(PanelRows, end - row);
                    for (var k = 0; k < depth; k++)
                    {
                        matrix.Row(row + k).CopyTo(panel.Span[(k * stride)..]);
                    }

                    SymmetricRankK.Add(blocks[block].Pointer, panel.Pointer, stride, depth);
                }
            });
            return Join(blocks, factors, stride);
        }
        finally
        {
            foreach (var block in blocks)
            {
                block?.Dispose();
            }
        }
    }

    static FactorMatrix Join(AlignedBuffer[] blocks, int factors, int stride)
    {
        var result = new FactorMatrix(factors, factors);
        for (var i = 0; i < factors; i++)
        {
            for (var j = i; j < factors; j++)
            {
                var sum = 0.0;
                foreach (var block in blocks)
                {
                    sum += block.Pointer[(i * stride) + j];
                }

                result.Row(i)[j] = result.Row(j)[i] = (float)sum;
            }
        }

        return result;
    }
}
