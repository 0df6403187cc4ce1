namespace BookRec.Storage.Databases;

/// <summary>A column that rows are added to in bulk.</summary>
/// <param name="Type">Its PostgreSQL type.</param>
internal sealed record BulkColumn(string Name, string Type);

/// <summary>A table that rows are added to in bulk, and how a row becomes values, in the order of the columns.</summary>
internal sealed record BulkTable<T>(string Name, IReadOnlyList<BulkColumn> Columns, Action<IBulkRow, T> Write);

/// <summary>Takes the values of one row, in the order of the columns.</summary>
internal interface IBulkRow
{
    void Add(long? value);

    void Add(short value);

    void Add(double? value);

    void Add(string? value);

    void Add(Guid value);
}
