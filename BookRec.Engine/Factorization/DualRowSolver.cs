using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Solves a row with few interactions in their number of unknowns instead of the number of factors:
/// K ← I + P D⁻¹ Pᵀ;  c ← K⁻¹s;  x ← D⁻¹Pᵀc. The solution is the one of <see cref="RowSolver"/>, in the eigenvectors' basis.
/// </summary>
/// <remarks>
/// <code>
/// D    α₀Λ + λᵤI, diagonal                 P    rows √wᵢ·yᵢ of the rotated fixed side
/// s    √wᵢ·tᵢ                              Σ wᵢyᵢyᵢᵀ = PᵀP  and  Σ wᵢtᵢyᵢ = Pᵀs
/// </code>
/// x = (D + PᵀP)⁻¹Pᵀs = D⁻¹Pᵀ(I + PD⁻¹Pᵀ)⁻¹s is the push-through identity. Holds scratch memory, so each thread has its own.
/// </remarks>
sealed unsafe class DualRowSolver : IRowSolver
{
    const int ColumnsAtOnce = 4;

    readonly RotatedSide _side;
    readonly AlsOptions _options;
    readonly int _factors;
    readonly AlignedBuffer _panel;
    readonly AlignedBuffer _k;
    readonly AlignedBuffer _c;
    readonly float[] _inverse;
    readonly float[] _inverseRoot;
    int _count = -1;

    public DualRowSolver(RotatedSide side, AlsOptions options)
    {
        (_side, _options, _factors) = (side, options, side.Factors);
        var stride = SymmetricRankK.StrideOf(MostInteractions(_factors));
        (_panel, _k, _c) = (new(_factors * stride), new(stride * stride), new(stride));
        (_inverse, _inverseRoot) = (new float[_factors], new float[_factors]);
    }

    /// <summary>Rows with up to so many interactions are solved sooner this way than one by one with all unknowns.</summary>
    public static int MostInteractions(int factors) => factors * 3 / 4;

    public void SolveAll(ReadOnlySpan<int> rows, RowsToSolve task)
    {
        foreach (var row in rows)
        {
            task.Finish(row, Solve(task.ColumnsOf(row), task.WeightsOf(row), task.SolutionOf(row)));
        }
    }

    /// <param name="columns">Rows of the fixed side, at least one.</param>
    /// <param name="weights">Of each column, not 0; negative for a dislike.</param>
    /// <param name="solution">x in the eigenvectors' basis.</param>
    /// <returns>b·x, as <see cref="RowSolver.Solve"/>.</returns>
    public double Solve(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> solution)
    {
        Debug.Assert(columns.Length is > 0 && columns.Length <= MostInteractions(_factors), "Short rows only.");
        var stride = SymmetricRankK.StrideOf(columns.Length);
        Invert(columns.Length);
        Gather(columns, weights, stride);
        BuildSystem(stride);
        if (!Cholesky.Factor(_k.Pointer, stride, columns.Length))
        {
            throw new ArithmeticException("The system of a short row is not positive definite in float arithmetic.");
        }

        var c = _c.Pointer;
        for (var i = 0; i < columns.Length; i++)
        {
            c[i] = MathF.CopySign(MathF.Sqrt(MathF.Abs(weights[i])), weights[i]);
        }

        Cholesky.Solve(_k.Pointer, stride, columns.Length, c);
        return AddUp(columns, weights, solution);
    }

    public void Dispose()
    {
        _panel.Dispose();
        _k.Dispose();
        _c.Dispose();
    }

    /// <summary>D depends on a row's count alone, and rows of one count mostly come one after the other.</summary>
    void Invert(int count)
    {
        if (count == _count)
        {
            return;
        }

        var regularization = (float)_options.RegularizationOf(count, _side.Rows);
        for (var d = 0; d < _factors; d++)
        {
            _inverse[d] = 1 / ((float)(_options.UnobservedWeight * _side.Gramian.Row(d)[d]) + regularization);
            _inverseRoot[d] = MathF.Sqrt(_inverse[d]);
        }

        _count = count;
    }

    /// <summary>The panel is (PD^−½)ᵀ, factors × stride: columns beyond the row's are zero.</summary>
    void Gather(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, int stride)
    {
        var y = _side.Values;
        fixed (float* scale = _inverseRoot)
        {
            for (var first = 0; first < stride; first += ColumnsAtOnce)
            {
                float* y0 = Row(y, columns, first), y1 = Row(y, columns, first + 1), y2 = Row(y, columns, first + 2), y3 = Row(y, columns, first + 3);
                var roots = Vector128.Create(Root(weights, first), Root(weights, first + 1), Root(weights, first + 2), Root(weights, first + 3));
                var target = _panel.Pointer + first;
                for (var d = 0; d < _factors; d++, target += stride)
                {
                    (Vector128.Create(y0[d], y1[d], y2[d], y3[d]) * (roots * scale[d])).Store(target);
                }
            }
        }
    }

    // A column that is not there is any other with weight 0.
    float* Row(float* y, ReadOnlySpan<int> columns, int k) => y + ((long)columns[Math.Min(k, columns.Length - 1)] * _factors);

    static float Root(ReadOnlySpan<float> weights, int k) => k < weights.Length ? MathF.Sqrt(MathF.Abs(weights[k])) : 0;

    /// <summary>K ← I + PD⁻¹Pᵀ.</summary>
    void BuildSystem(int stride)
    {
        _k.Span[..(stride * stride)].Clear();
        for (var i = 0; i < stride; i++)
        {
            _k.Pointer[(i * stride) + i] = 1;
        }

        SymmetricRankK.Add(_k.Pointer, _panel.Pointer, stride, _factors);
    }

    /// <summary>x ← D⁻¹Pᵀc.</summary>
    /// <returns>b·x = s·Px = s·(s − c), since Px = PD⁻¹Pᵀc = (K − I)c.</returns>
    double AddUp(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> solution)
    {
        solution.Clear();
        var gain = 0.0;
        var y = _side.Values;
        fixed (float* x = solution)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                var root = MathF.Sqrt(MathF.Abs(weights[i]));
                var target = MathF.CopySign(root, weights[i]);
                gain += target * ((double)target - _c.Pointer[i]);
                VectorKernels.AddScaled(x, y + ((long)columns[i] * _factors), root * _c.Pointer[i], _factors);
            }
        }

        TensorPrimitives.Multiply(solution, _inverse, solution);
        return gain;
    }
}
