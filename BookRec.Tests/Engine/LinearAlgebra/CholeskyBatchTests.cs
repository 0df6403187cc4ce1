using BookRec.Engine.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed unsafe class CholeskyBatchTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(128)]
    public void Every_system_comes_to_what_MathNet_finds_in_double(int order)
    {
        using var systems = new Systems(order);
        var gains = systems.Solve(CholeskyBatch.Systems);
        for (var system = 0; system < CholeskyBatch.Systems; system++)
        {
            var (matrix, right) = (systems.MatrixOf(system), systems.RightOf(system));
            var expected = matrix.Cholesky().Solve(right);
            var actual = Vector<double>.Build.Dense(order, i => systems.SolutionOf(system)[i]);
            Assert.Equal(0, (actual - expected).L2Norm() / expected.L2Norm(), 1e-4);
            Assert.Equal(expected * right, gains[system], 1e-4 * (expected * right));
        }
    }

    [Fact]
    public void A_system_does_not_depend_on_its_neighbours()
    {
        using var full = new Systems(32);
        using var alone = new Systems(32);
        alone.ClearAllBut(0);
        var (gains, gain) = (full.Solve(CholeskyBatch.Systems), alone.Solve(1));
        Assert.Equal(gains[0], gain[0]);
        Assert.Equal(full.SolutionOf(0).ToArray(), alone.SolutionOf(0).ToArray());
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_told_when_it_counts()
    {
        using var systems = new Systems(16);
        systems.ClearAllBut(3);
        Assert.Throws<InvalidOperationException>(() => systems.Solve(4));
        using var two = new Systems(16);
        two.Negate(2);
        Assert.Equal(2, two.Solve(2).Length);
        Assert.Throws<InvalidOperationException>(() => two.Solve(3));
    }

    [Fact]
    public void Transposing_is_what_it_is_number_by_number()
    {
        using var source = new AlignedBuffer(16 * 20);
        using var fast = new AlignedBuffer(16 * 33);
        using var plain = new AlignedBuffer(16 * 33);
        for (var i = 0; i < source.Span.Length; i++)
        {
            source.Span[i] = i;
        }

        LaneTranspose.Of(source.Pointer, 20, fast.Pointer, 33);
        LaneTranspose.Plainly(source.Pointer, 20, plain.Pointer, 33);
        Assert.Equal(plain.Span.ToArray(), fast.Span.ToArray());
        Assert.Equal((20 * 3) + 5, plain.Span[(33 * 5) + 3]);
    }

    /// <summary>Sixteen positive definite systems PᵀP + I with right sides, from a fixed seed.</summary>
    sealed class Systems : IDisposable
    {
        readonly int _order;
        readonly CholeskyBatch _batch;
        readonly AlignedBuffer _a;
        readonly AlignedBuffer _b;
        readonly float[] _right;

        public Systems(int order)
        {
            (_order, _batch) = (order, new(order));
            (_a, _b) = (new(CholeskyBatch.Systems * _batch.MatrixStride), new(CholeskyBatch.Systems * order));
            var random = new Random(order);
            using var panel = new AlignedBuffer(2 * order * order);
            for (var system = 0; system < CholeskyBatch.Systems; system++)
            {
                foreach (ref var value in panel.Span)
                {
                    value = (float)(random.NextDouble() - 0.5);
                }

                for (var i = 0; i < order; i++)
                {
                    A(system)[SymmetricRankK.OffsetOfCyclic(order, i, i)] = 1;
                    _b.Pointer[(system * order) + i] = (float)random.NextDouble();
                }

                SymmetricRankK.AddCyclic(A(system), A(system), panel.Pointer, order, 2 * order, default);
            }

            _right = _b.Span.ToArray();
        }

        public float[] Solve(int count)
        {
            var gains = new float[count];
            return _batch.Solve(_a.Pointer, _b.Pointer, gains) ? gains : throw new InvalidOperationException("Not positive definite.");
        }

        public Matrix<double> MatrixOf(int system)
            => Matrix<double>.Build.Dense(_order, _order, (i, j) => A(system)[SymmetricRankK.OffsetOfCyclic(_order, Math.Min(i, j), Math.Max(i, j))]);

        public Vector<double> RightOf(int system) => Vector<double>.Build.Dense(_order, i => _right[(system * _order) + i]);

        public ReadOnlySpan<float> SolutionOf(int system) => _b.Span.Slice(system * _order, _order);

        public void ClearAllBut(int system)
        {
            for (var other = 0; other < CholeskyBatch.Systems; other++)
            {
                if (other != system)
                {
                    new Span<float>(A(other), _order * _order).Clear();
                }
            }
        }

        public void Negate(int system) => A(system)[0] = -A(system)[0];

        public void Dispose()
        {
            _batch.Dispose();
            _a.Dispose();
            _b.Dispose();
        }

        float* A(int system) => _a.Pointer + (system * _batch.MatrixStride);
    }
}
