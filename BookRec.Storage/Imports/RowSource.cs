namespace BookRec.Storage.Imports;

/// <summary>Rows of fields, one after the other, each with the physical line it begins on.</summary>
internal abstract class RowSource : IDisposable
{
    /// <summary>Characters of the longest row; in a longer one a quote never closes, or the file is no text.</summary>
    protected const int MaxRow = 1 << 20;

    /// <summary>The line the current row begins on, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>Fields of the current row.</summary>
    public abstract int Fields { get; }

    public abstract ReadOnlySpan<char> Field(int index);

    /// <summary>Goes to the next row; blank lines are none.</summary>
    public abstract bool Read();

    public abstract void Dispose();
}
