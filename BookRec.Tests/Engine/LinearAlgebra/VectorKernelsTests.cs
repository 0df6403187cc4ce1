using BookRec.Engine.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed unsafe class VectorKernelsTests
{
    const int Rows = 8;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(45)]
    public void Each_does_what_its_definition_says(int length)
    {
        var random = new Random(length);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var (a, rows, coefficients) = (Numbers(length), Numbers(Rows * length), Numbers(Rows));
        float[] added = [.. a], scaled = [.. a], less = [.. a], dots = [.. coefficients];
        fixed (float* x = a, panel = rows, c = coefficients, sum = added, product = scaled, rest = less, results = dots)
        {
            var dot = VectorKernels.Dot(x, panel, length);
            Assert.Equal(a.Zip(rows, (left, right) => (double)left * right).Sum(), dot, 1e-5);
            VectorKernels.AddScaled(sum, panel, 0.3f, length);
            VectorKernels.Scale(product, 0.3f, length);
            VectorKernels.SubtractEightRows(rest, panel, length, c, length);
            VectorKernels.SubtractEightDots(results, panel, length, x, length);
        }

        for (var i = 0; i < length; i++)
        {
            Assert.Equal(a[i] + (0.3 * rows[i]), added[i], 1e-5);
            Assert.Equal(0.3 * a[i], scaled[i], 1e-5);
            Assert.Equal(a[i] - Enumerable.Range(0, Rows).Sum(row => (double)coefficients[row] * rows[(row * length) + i]), less[i], 1e-5);
        }

        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(coefficients[row] - Enumerable.Range(0, length).Sum(i => (double)rows[(row * length) + i] * a[i]), dots[row], 1e-5);
        }
    }
}
