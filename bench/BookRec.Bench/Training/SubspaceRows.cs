using System.Numerics.Tensors;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Bench.Training;

/// <summary>One exact Newton step on each block of factors in turn, the others held fast: iALS++ (Rendle, Krichene, Zhang and Koren, 2021).</summary>
sealed class SubspaceRows(AlsOptions options, int blockFactors) : ApproximateRows(options)
{
    protected override RowWorker Worker(FactorMatrix fixedFactors, FactorMatrix gramian) => new Blocks(Options, blockFactors, fixedFactors, gramian);

    sealed unsafe class Blocks : RowWorker
    {
        readonly AlsOptions _options;
        readonly FactorMatrix _y;
        readonly FactorMatrix _gramian;
        readonly int _width;
        readonly AlignedBuffer _hessian;
        readonly AlignedBuffer _gradient;
        AlignedBuffer _panel = new(0);
        float[] _errors = [];

        public Blocks(AlsOptions options, int width, FactorMatrix y, FactorMatrix gramian)
        {
            (_options, _width, _y, _gramian) = (options, Math.Min(width, y.Factors), y, gramian);
            (_hessian, _gradient) = (new(_width * _width), new(_width));
        }

        public override void Improve(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> x)
        {
            Grow(columns.Length);
            var regularization = (float)_options.RegularizationOf(columns.Length, _y.Rows);
            for (var i = 0; i < columns.Length; i++)
            {
                _errors[i] = 1 - TensorPrimitives.Dot<float>(_y.Row(columns[i]), x);
            }

            for (var first = 0; first < x.Length; first += _width)
            {
                Gather(columns, weights, first);
                Step(columns.Length, weights, x, first, regularization);
            }
        }

        public override void Dispose()
        {
            _hessian.Dispose();
            _gradient.Dispose();
            _panel.Dispose();
        }

        void Grow(int interactions)
        {
            if (_errors.Length < interactions)
            {
                _panel.Dispose();
                (_panel, _errors) = (new(2 * interactions * _width), new float[2 * interactions]);
            }
        }

        void Gather(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, int first)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                TensorPrimitives.Multiply(_y.Row(columns[i]).Slice(first, _width), MathF.Sqrt(weights[i]), _panel.Span.Slice(i * _width, _width));
            }
        }

        /// <summary>Solves H·δ = −g on the block and takes what it changes off the errors.</summary>
        void Step(int interactions, ReadOnlySpan<float> weights, Span<float> x, int first, float regularization)
        {
            var block = x.Slice(first, _width);
            for (var row = 0; row < _width; row++)
            {
                var gramian = _gramian.Row(first + row);
                TensorPrimitives.Multiply(gramian.Slice(first, _width), (float)_options.UnobservedWeight, _hessian.Span.Slice(row * _width, _width));
                _hessian.Pointer[(row * _width) + row] += regularization;
                _gradient.Pointer[row] = -((float)_options.UnobservedWeight * TensorPrimitives.Dot<float>(gramian, x)) - (regularization * block[row]);
            }

            SymmetricRankK.Add(_hessian.Pointer, _panel.Pointer, _width, interactions);
            for (var i = 0; i < interactions; i++)
            {
                VectorKernels.AddScaled(_gradient.Pointer, _panel.Pointer + (i * _width), MathF.Sqrt(weights[i]) * _errors[i], _width);
            }

            if (!Cholesky.Factor(_hessian.Pointer, _width, _width))
            {
                throw new ArithmeticException("A block is not positive definite.");
            }

            Cholesky.Solve(_hessian.Pointer, _width, _width, _gradient.Pointer);
            TensorPrimitives.Add(block, _gradient.Span, block);
            for (var i = 0; i < interactions; i++)
            {
                _errors[i] -= VectorKernels.Dot(_panel.Pointer + (i * _width), _gradient.Pointer, _width) / MathF.Sqrt(weights[i]);
            }
        }
    }
}
