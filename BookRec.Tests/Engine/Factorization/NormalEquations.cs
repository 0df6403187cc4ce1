using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace BookRec.Tests.Engine.Factorization;

/// <summary>The row solve of the paper, written plainly over a library in double precision: the oracle.</summary>
static class NormalEquations
{
    public static (Matrix<double> A, Vector<double> B) Of(
        ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, FactorMatrix fixedFactors, AlsOptions options)
    {
        var y = Matrix<double>.Build.Dense(fixedFactors.Rows, fixedFactors.Factors, (row, column) => fixedFactors.Row(row)[column]);
        var lambda = options.Regularization
            * Math.Pow(columns.Length + (options.UnobservedWeight * fixedFactors.Rows), options.RegularizationExponent);
        var a = (options.UnobservedWeight * y.TransposeThisAndMultiply(y)) + (lambda * Matrix<double>.Build.DenseIdentity(y.ColumnCount));
        var b = Vector<double>.Build.Dense(y.ColumnCount);
        for (var i = 0; i < columns.Length; i++)
        {
            var row = y.Row(columns[i]);
            a += Math.Abs(weights[i]) * row.OuterProduct(row);
            b += weights[i] * row;
        }

        return (a, b);
    }

    /// <summary>‖x − A⁻¹b‖ / ‖A⁻¹b‖.</summary>
    public static double RelativeError(ReadOnlySpan<float> x, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, FactorMatrix fixedFactors, AlsOptions options)
    {
        var (a, b) = Of(columns, weights, fixedFactors, options);
        var expected = a.Cholesky().Solve(b);
        var actual = Vector<double>.Build.DenseOfEnumerable(x.ToArray().Select(value => (double)value));
        return (actual - expected).L2Norm() / Math.Max(expected.L2Norm(), 1e-30);
    }
}
