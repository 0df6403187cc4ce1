using System.Diagnostics;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Solves one row given the fixed side: A ← α₀G + λᵤI + Σ wᵢyᵢyᵢᵀ;  b ← Σ wᵢtᵢyᵢ;  x ← A⁻¹b by Cholesky. Training and fold-in both
/// come here. Holds scratch memory, so each thread has its own.
/// </summary>
/// <remarks>
/// <code>
/// yᵢ   row i of the fixed side             G    YᵀY of all of it
/// wᵢ   confidence, |weight|                tᵢ   target: +1 observed, −1 disliked
/// α₀   UnobservedWeight                    λᵤ   AlsOptions.RegularizationOf
/// </code>
/// </remarks>
sealed unsafe class RowSolver : IDisposable
{
    // Rows gathered before an update: few enough to stay in the nearest cache, enough to pay for loading the tiles of A.
    const int PanelRows = 128;

    readonly FactorMatrix _fixed;
    readonly AlsOptions _options;
    readonly int _factors;
    readonly int _stride;
    readonly AlignedBuffer _base;
    readonly AlignedBuffer _a;
    readonly AlignedBuffer _b;
    readonly AlignedBuffer _panel;

    /// <param name="gramian">YᵀY of the whole fixed side.</param>
    public RowSolver(FactorMatrix fixedFactors, FactorMatrix gramian, AlsOptions options)
    {
        Debug.Assert(gramian.Rows == fixedFactors.Factors && gramian.Factors == fixedFactors.Factors, "The Gramian is factors × factors.");
        _fixed = fixedFactors;
        _options = options;
        _factors = fixedFactors.Factors;
        _stride = SymmetricRankK.StrideOf(_factors);
        _base = new(_stride * _stride);
        _a = new(_stride * _stride);
        _b = new(_stride);
        _panel = new(PanelRows * _stride);
        for (var row = 0; row < _factors; row++)
        {
            for (var column = 0; column < _factors; column++)
            {
                _base.Pointer[(row * _stride) + column] = (float)(options.UnobservedWeight * gramian.Row(row)[column]);
            }
        }
    }

    /// <param name="columns">Rows of the fixed side.</param>
    /// <param name="weights">Of each column, not 0; negative for a dislike.</param>
    /// <param name="solution">x, of length factors.</param>
    /// <returns>b·x: what the row's part of the loss sank by, from Σ w at x = 0.</returns>
    public double Solve(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> solution)
    {
        if (columns.IsEmpty)
        {
            solution.Clear();
            return 0;
        }

        BuildSystem(columns, weights);
        FactorSystem();
        _b.Span[.._factors].CopyTo(solution);
        fixed (float* x = solution)
        {
            Cholesky.Solve(_a.Pointer, _stride, _factors, x);
            return VectorKernels.Dot(_b.Pointer, x, _factors);
        }
    }

    /// <summary>The factor U of the row's A = UᵀU, stride × stride, and its stride: for many right-hand sides of one row.</summary>
    public (float[] Factor, int Stride) Factor(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
    {
        BuildSystem(columns, weights);
        FactorSystem();
        return (_a.Span.ToArray(), _stride);
    }

    public void Dispose()
    {
        _base.Dispose();
        _a.Dispose();
        _b.Dispose();
        _panel.Dispose();
    }

    void BuildSystem(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
    {
        _base.Span.CopyTo(_a.Span);
        _b.Span.Clear();
        var regularization = (float)_options.RegularizationOf(columns.Length, _fixed.Rows);
        for (var i = 0; i < _factors; i++)
        {
            _a.Pointer[(i * _stride) + i] += regularization;
        }

        for (var first = 0; first < columns.Length; first += PanelRows)
        {
            var depth = Math.Min(PanelRows, columns.Length - first);
            Gather(columns.Slice(first, depth), weights.Slice(first, depth));
            SymmetricRankK.Add(_a.Pointer, _panel.Pointer, _stride, depth);
        }
    }

    /// <summary>Panel rows √w·y, so that PᵀP is Σ w·yyᵀ; and b along the way.</summary>
    void Gather(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
    {
        fixed (float* y = _fixed.Values)
        {
            for (var k = 0; k < columns.Length; k++)
            {
                var source = y + ((long)columns[k] * _factors);
                var target = _panel.Pointer + (k * _stride);
                var weight = weights[k];
                new ReadOnlySpan<float>(source, _factors).CopyTo(new Span<float>(target, _factors));
                if (weight != 1)
                {
                    VectorKernels.Scale(target, MathF.Sqrt(MathF.Abs(weight)), _factors);
                }

                // w·t is the signed weight itself.
                VectorKernels.AddScaled(_b.Pointer, source, weight, _factors);
            }
        }
    }

    void FactorSystem()
    {
        if (!Cholesky.Factor(_a.Pointer, _stride, _factors))
        {
            throw new ArithmeticException(
                "The system of a row is not positive definite in float arithmetic; Regularization is too small for these weights.");
        }
    }
}
