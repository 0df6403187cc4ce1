using System.Security.Cryptography;
using System.Text;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>Puts batches of imported interactions into the database, and accounts for the readers they name.</summary>
internal sealed class InteractionWriter(ImportRun run, AccountKind kind)
{
    private readonly ExternalKeys _readers = new("accounts", "number");
    private readonly ExternalKeys _books = new("books", "id");

    private readonly BulkTable<string> _accountTable = new(
        "accounts",
        [new("id", "uuid"), new("role", "smallint"), new("kind", "smallint"), new("external_id", "text"), new("created_at", "bigint")],
        (row, externalId) =>
        {
            row.Add(IdOf(externalId));
            row.Add((short)Role.User);
            row.Add((short)kind);
            row.Add(externalId);
            row.Add((long?)run.Now);
        });

    private readonly BulkTable<(long Reader, long Book, ImportedInteraction Row)> _interactionTable = new(
        "interactions",
        [
            new("reader", "bigint"), new("book_id", "bigint"), new("type", "smallint"), new("rating", "double precision"),
            new("occurred_at", "bigint"), new("recorded_at", "bigint"), new("imported", "smallint"),
        ],
        (row, item) =>
        {
            row.Add((long?)item.Reader);
            row.Add((long?)item.Book);
            row.Add((short)item.Row.Type);
            row.Add(item.Row.Rating);
            row.Add((long?)item.Row.OccurredAt);
            row.Add((long?)run.Now);
            row.Add((short)1);
        });

    /// <returns>How many accounts and interactions were added, and the rows whose book is unknown.</returns>
    public async Task<(long Readers, long Interactions, IReadOnlyList<ImportedInteraction> Unknown)> Write(
        Session session, IReadOnlyList<ImportedInteraction> batch)
    {
        _books.Trim();
        _readers.Trim();
        await _books.Load(session, [.. batch.Select(r => run.ExternalId(r.Book)).Distinct(StringComparer.Ordinal)]);
        var unknown = new List<ImportedInteraction>();
        var known = new List<(ImportedInteraction Row, string Reader, long Book)>(batch.Count);
        foreach (var row in batch)
        {
            if (_books.TryGet(run.ExternalId(row.Book), out var book)) known.Add((row, run.ExternalId(row.User), book));
            else unknown.Add(row);
        }

        var newcomers = await _readers.Load(session, [.. known.Select(k => k.Reader).Distinct(StringComparer.Ordinal)]);
        var readers = await session.Dialect.Insert(session, _accountTable, newcomers);
        await _readers.Load(session, newcomers);
        var rows = known.Select(k => (_readers.TryGet(k.Reader, out var reader) ? reader : 0, k.Book, k.Row)).ToList();
        return (readers, await session.Dialect.Insert(session, _interactionTable, rows), unknown);
    }

    /// <summary>The same reader of the same source has the same id in every installation (a version 8 UUID of RFC 9562).</summary>
    private static Guid IdOf(string externalId)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("bookrec reader " + externalId)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
