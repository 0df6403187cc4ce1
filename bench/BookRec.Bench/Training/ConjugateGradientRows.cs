using System.Numerics.Tensors;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Bench.Training;

/// <summary>A few conjugate gradient steps a row, from where it is (Takács, Pilászy and Tikk, 2011).</summary>
sealed class ConjugateGradientRows(AlsOptions options, int steps) : ApproximateRows(options)
{
    protected override RowWorker Worker(FactorMatrix fixedFactors, FactorMatrix gramian) => new Steps(Options, steps, fixedFactors, gramian);

    sealed class Steps(AlsOptions options, int steps, FactorMatrix y, FactorMatrix gramian) : RowWorker
    {
        readonly float[] _residual = new float[y.Factors];
        readonly float[] _direction = new float[y.Factors];
        readonly float[] _product = new float[y.Factors];

        public override void Improve(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> x)
        {
            var regularization = (float)options.RegularizationOf(columns.Length, y.Rows);
            Multiply(columns, weights, x, regularization);
            TensorPrimitives.Negate(_product, _residual);
            for (var i = 0; i < columns.Length; i++)
            {
                TensorPrimitives.MultiplyAdd(y.Row(columns[i]), weights[i], _residual, _residual);
            }

            _residual.CopyTo(_direction, 0);
            var square = TensorPrimitives.SumOfSquares<float>(_residual);
            for (var step = 0; step < steps && square > 1e-12; step++)
            {
                Multiply(columns, weights, _direction, regularization);
                var length = square / TensorPrimitives.Dot<float>(_direction, _product);
                TensorPrimitives.MultiplyAdd(_direction, length, x, x);
                TensorPrimitives.MultiplyAdd(_product, -length, _residual, _residual);
                var next = TensorPrimitives.SumOfSquares<float>(_residual);
                TensorPrimitives.MultiplyAdd(_direction, next / square, _residual, _direction);
                square = next;
            }
        }

        public override void Dispose()
        {
        }

        /// <summary>product ← (α₀G + λᵤI + Σ wᵢyᵢyᵢᵀ)·vector.</summary>
        void Multiply(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, ReadOnlySpan<float> vector, float regularization)
        {
            MatrixVector.Multiply(gramian, vector, _product);
            TensorPrimitives.Multiply(_product, (float)options.UnobservedWeight, _product);
            TensorPrimitives.MultiplyAdd(vector, regularization, _product, _product);
            for (var i = 0; i < columns.Length; i++)
            {
                var row = y.Row(columns[i]);
                TensorPrimitives.MultiplyAdd(row, weights[i] * TensorPrimitives.Dot(row, vector), _product, _product);
            }
        }
    }
}
