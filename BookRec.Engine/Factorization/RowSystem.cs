using System.Numerics;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Sets up the normal equations of one row after the other: A ← α₀G + λᵤI + Σ wᵢyᵢyᵢᵀ;  b ← Σ wᵢtᵢyᵢ. Holds scratch memory, so each thread
/// has its own.
/// </summary>
/// <remarks>
/// <code>
/// yᵢ   row i of the fixed side             G    YᵀY of all of it
/// wᵢ   confidence, |weight|                tᵢ   target: +1 observed, −1 disliked
/// α₀   UnobservedWeight                    λᵤ   AlsOptions.RegularizationOf
/// </code>
/// A is stride × stride and b has stride numbers; what lies beyond the factors is the identity and zero.
/// </remarks>
sealed unsafe class RowSystem : IDisposable
{
    // Rows gathered before an update: few enough to stay in the nearest cache, enough to pay for loading the tiles of A.
    const int PanelRows = 64;

    readonly float* _fixed;
    readonly int _fixedRows;
    readonly int _factors;
    readonly bool _cyclic;
    readonly AlsOptions _options;
    readonly AlignedBuffer _base;
    readonly AlignedBuffer _panel;
    readonly AlignedBuffer _ahead;
    readonly int[] _diagonal;

    /// <param name="fixedFactors">Y, row after row; does not move.</param>
    /// <param name="fixedRows">How many rows it has.</param>
    /// <param name="gramian">YᵀY of the whole fixed side, factors × factors.</param>
    /// <param name="cyclic">Whether A has the form that <see cref="CholeskyBatch"/> takes, instead of plain rows.</param>
    public RowSystem(float* fixedFactors, int fixedRows, FactorMatrix gramian, AlsOptions options, bool cyclic)
    {
        (_fixedRows, _factors, _options, _cyclic) = (fixedRows, gramian.Factors, options, cyclic);
        _fixed = fixedFactors;
        Stride = SymmetricRankK.StrideOf(_factors);
        _base = new(Stride * Stride);
        _panel = new(PanelRows * Stride);
        _ahead = new(PanelRows * sizeof(float*) / sizeof(float));
        _diagonal = [.. Enumerable.Range(0, _factors).Select(i => OffsetOf(i, i))];
        for (var row = 0; row < Stride; row++)
        {
            for (var column = row; column < _factors; column++)
            {
                _base.Pointer[OffsetOf(row, column)] = (float)(options.UnobservedWeight * gramian.Row(row)[column]);
            }

            if (row >= _factors)
            {
                _base.Pointer[OffsetOf(row, row)] = 1;
            }
        }
    }

    public int Stride { get; }

    /// <param name="a">Receives A; of plain rows the upper triangle counts.</param>
    /// <param name="b">Receives b.</param>
    /// <param name="columns">Rows of the fixed side, at least one.</param>
    /// <param name="weights">Of each column, not 0; negative for a dislike.</param>
    /// <param name="nextColumns">Those of the row that comes next, or none.</param>
    public void Build(float* a, float* b, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, ReadOnlySpan<int> nextColumns)
    {
        new Span<float>(b, Stride).Clear();

        // Panels of a row are alike, so that while one is added another can be asked for.
        var panels = Math.Max(1, (columns.Length + PanelRows - 1) / PanelRows);
        var rows = (columns.Length + panels - 1) / panels;
        var sum = _base.Pointer;
        for (var first = 0; first < columns.Length; first += rows)
        {
            var depth = Math.Min(rows, columns.Length - first);
            Gather(columns.Slice(first, depth), weights.Slice(first, depth), b);
            var ahead = LookAhead(first + depth < columns.Length ? columns[(first + depth)..] : nextColumns);
            if (_cyclic)
            {
                SymmetricRankK.AddCyclic(a, sum, _panel.Pointer, Stride, depth, ahead);
            }
            else
            {
                SymmetricRankK.Add(a, sum, _panel.Pointer, Stride, depth, ahead);
            }

            sum = a;
        }

        var regularization = (float)_options.RegularizationOf(columns.Length, _fixedRows);
        foreach (var offset in _diagonal)
        {
            a[offset] += regularization;
        }
    }

    RowsAhead LookAhead(ReadOnlySpan<int> columns)
    {
        var rows = (float**)_ahead.Pointer;
        var count = Math.Min(PanelRows, columns.Length);
        for (var k = 0; k < count; k++)
        {
            rows[k] = _fixed + ((long)columns[k] * _factors);
        }

        return new(rows, count, _factors);
    }

    int OffsetOf(int row, int column) => _cyclic ? SymmetricRankK.OffsetOfCyclic(Stride, row, column) : (row * Stride) + column;

    public void Dispose()
    {
        _base.Dispose();
        _panel.Dispose();
        _ahead.Dispose();
    }

    /// <summary>Panel rows √w·y, so that PᵀP is Σ w·yyᵀ; and b along the way.</summary>
    void Gather(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, float* b)
    {
        var first = 0;
        for (; first <= _factors - (8 * Vector<float>.Count); first += 8 * Vector<float>.Count)
        {
            GatherEightVectors(_fixed + first, columns, weights, _panel.Pointer + first, b + first);
        }

        for (var k = 0; k < columns.Length && first < _factors; k++)
        {
            var source = _fixed + ((long)columns[k] * _factors) + first;
            var target = _panel.Pointer + (k * Stride) + first;
            new ReadOnlySpan<float>(source, _factors - first).CopyTo(new Span<float>(target, _factors - first));
            VectorKernels.Scale(target, MathF.Sqrt(MathF.Abs(weights[k])), _factors - first);
            VectorKernels.AddScaled(b + first, source, weights[k], _factors - first);
        }
    }

    /// <summary>A strip of the panel, with b's sums in registers.</summary>
    void GatherEightVectors(float* y, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, float* panel, float* b)
    {
        var width = Vector<float>.Count;
        Vector<float> b0 = Vector.Load(b), b1 = Vector.Load(b + width), b2 = Vector.Load(b + (2 * width)), b3 = Vector.Load(b + (3 * width));
        Vector<float> b4 = Vector.Load(b + (4 * width)), b5 = Vector.Load(b + (5 * width)), b6 = Vector.Load(b + (6 * width)), b7 = Vector.Load(b + (7 * width));
        for (var k = 0; k < columns.Length; k++, panel += Stride)
        {
            var row = y + ((long)columns[k] * _factors);
            var root = new Vector<float>(MathF.Sqrt(MathF.Abs(weights[k])));
            var target = new Vector<float>(weights[k]);
            b0 = Vector.FusedMultiplyAdd(Copy(row, panel, root), target, b0);
            b1 = Vector.FusedMultiplyAdd(Copy(row + width, panel + width, root), target, b1);
            b2 = Vector.FusedMultiplyAdd(Copy(row + (2 * width), panel + (2 * width), root), target, b2);
            b3 = Vector.FusedMultiplyAdd(Copy(row + (3 * width), panel + (3 * width), root), target, b3);
            b4 = Vector.FusedMultiplyAdd(Copy(row + (4 * width), panel + (4 * width), root), target, b4);
            b5 = Vector.FusedMultiplyAdd(Copy(row + (5 * width), panel + (5 * width), root), target, b5);
            b6 = Vector.FusedMultiplyAdd(Copy(row + (6 * width), panel + (6 * width), root), target, b6);
            b7 = Vector.FusedMultiplyAdd(Copy(row + (7 * width), panel + (7 * width), root), target, b7);
        }

        b0.Store(b);
        b1.Store(b + width);
        b2.Store(b + (2 * width));
        b3.Store(b + (3 * width));
        b4.Store(b + (4 * width));
        b5.Store(b + (5 * width));
        b6.Store(b + (6 * width));
        b7.Store(b + (7 * width));

        static Vector<float> Copy(float* source, float* target, Vector<float> root)
        {
            var values = Vector.Load(source);
            (values * root).Store(target);
            return values;
        }
    }
}
