using BookRec.Engine.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed unsafe class SymmetricRankKTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(48, 7)]
    [InlineData(64, 20)]
    [InlineData(144, 5)]
    public void Both_forms_hold_the_sums_of_the_definition(int stride, int depth)
    {
        var random = new Random(stride);
        using var panel = new AlignedBuffer(stride * depth);
        using var before = new AlignedBuffer(stride * stride);
        using var rows = new AlignedBuffer(stride * stride);
        using var cyclic = new AlignedBuffer(stride * stride);
        foreach (var buffer in new[] { panel, before })
        {
            foreach (ref var value in buffer.Span)
            {
                value = (float)(random.NextDouble() - 0.5);
            }
        }

        SymmetricRankK.Add(rows.Pointer, before.Pointer, panel.Pointer, stride, depth, default);
        SymmetricRankK.AddCyclic(cyclic.Pointer, before.Pointer, panel.Pointer, stride, depth, default);
        var offsets = new HashSet<int>();
        for (var row = 0; row < stride; row++)
        {
            for (var column = row; column < stride; column++)
            {
                var expected = Enumerable.Range(0, depth).Sum(k => (double)panel.Span[(k * stride) + row] * panel.Span[(k * stride) + column]);
                var offset = SymmetricRankK.OffsetOfCyclic(stride, row, column);
                Assert.Equal(before.Span[(row * stride) + column] + expected, rows.Span[(row * stride) + column], 1e-5);
                Assert.Equal(before.Span[offset] + expected, cyclic.Span[offset], 1e-5);
                Assert.True(offsets.Add(offset), $"Row {row} and column {column} share their place with others.");
            }
        }
    }
}
