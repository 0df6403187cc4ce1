using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// The right side of many matrix products, laid out as the register tiles read it: panels of 32 columns, row after row. Immutable after
/// construction and safe for many threads; disposed by the owner.
/// </summary>
sealed unsafe class PackedMatrix : IDisposable
{
    public const int PanelColumns = 2 * RegisterTile.Lane;

    /// <summary>Rows of the left side that are multiplied at a time.</summary>
    public const int LeftRows = RegisterTile.Rows;

    readonly AlignedBuffer _panels;
    readonly int _depth;

    PackedMatrix(int depth, int columns)
    {
        (_depth, Columns) = (depth, columns);
        _panels = new(checked((columns + PanelColumns - 1) / PanelColumns * PanelColumns * depth));
    }

    public int Columns { get; }

    /// <summary>The matrix itself: depth × columns, row after row.</summary>
    public static PackedMatrix Of(ReadOnlySpan<float> matrix, int columns)
    {
        var packed = new PackedMatrix(matrix.Length / columns, columns);
        for (var k = 0; k < packed._depth; k++)
        {
            var row = matrix.Slice(k * columns, columns);
            for (var column = 0; column < columns; column += PanelColumns)
            {
                row[column..Math.Min(column + PanelColumns, columns)].CopyTo(new Span<float>(packed.At(column, k), PanelColumns));
            }
        }

        return packed;
    }

    /// <summary>The transposed matrix: its rows, of so many numbers, become columns.</summary>
    public static PackedMatrix OfTransposed(ReadOnlySpan<float> matrix, int depth)
    {
        var packed = new PackedMatrix(depth, matrix.Length / depth);
        for (var column = 0; column < packed.Columns; column++)
        {
            var row = matrix.Slice(column * depth, depth);
            var target = packed.At(column / PanelColumns * PanelColumns, 0) + (column % PanelColumns);
            for (var k = 0; k < depth; k++)
            {
                target[k * PanelColumns] = row[k];
            }
        }

        return packed;
    }

    /// <summary>result[r] ← left[r] · this, for up to as many rows as one likes.</summary>
    /// <param name="left">Rows of depth numbers.</param>
    /// <param name="result">One row of Columns numbers for each; may be the left side itself when both have the same length.</param>
    public void Multiply(ReadOnlySpan<float> left, Span<float> result)
    {
        var rows = left.Length / Math.Max(1, _depth);
        Debug.Assert(rows * _depth == left.Length && result.Length >= rows * Columns, "Whole rows.");
        var blocks = (rows + LeftRows - 1) / LeftRows;
        using var packed = new AlignedBuffer(blocks * LeftRows * _depth);
        using var tile = new AlignedBuffer(LeftRows * PanelColumns);
        for (var row = 0; row < rows; row++)
        {
            var target = packed.Pointer + (row / LeftRows * LeftRows * _depth) + (row % LeftRows);
            for (var k = 0; k < _depth; k++)
            {
                target[k * LeftRows] = left[(row * _depth) + k];
            }
        }

        fixed (float* results = result)
        {
            for (var column = 0; column < Columns; column += PanelColumns)
            {
                var width = Math.Min(PanelColumns, Columns - column);
                for (var block = 0; block < blocks; block++)
                {
                    var (first, height) = (block * LeftRows, Math.Min(LeftRows, rows - (block * LeftRows)));
                    var panel = packed.Pointer + (first * _depth);
                    var target = results + ((long)first * Columns) + column;
                    if (width == PanelColumns && height == LeftRows)
                    {
                        Tile(target, Columns, panel, At(column, 0));
                        continue;
                    }

                    Tile(tile.Pointer, PanelColumns, panel, At(column, 0));
                    for (var r = 0; r < height; r++)
                    {
                        new ReadOnlySpan<float>(tile.Pointer + (r * PanelColumns), width).CopyTo(new Span<float>(target + ((long)r * Columns), width));
                    }
                }
            }
        }
    }

    public void Dispose() => _panels.Dispose();

    float* At(int firstColumn, int row) => _panels.Pointer + ((long)firstColumn * _depth) + (row * PanelColumns);

    void Tile(float* result, int stride, float* left, float* right)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            RegisterTile.Tile8X32<RegisterTile.Set>(result, null, stride, left, LeftRows, right, PanelColumns, _depth, default);
            return;
        }

        for (var row = 0; row < LeftRows; row += RegisterTile.NarrowRows)
        {
            for (var column = 0; column < PanelColumns; column += RegisterTile.Lane)
            {
                RegisterTile.Tile4X16<RegisterTile.Set>(
                    result + (row * stride) + column, null, stride, left + row, LeftRows, right + column, PanelColumns, _depth, default);
            }
        }
    }
}
