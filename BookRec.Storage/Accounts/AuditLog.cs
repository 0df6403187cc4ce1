using System.Globalization;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Accounts;

/// <summary>What administrators did. Entries are added and concluded, never changed otherwise or removed.</summary>
public sealed class AuditLog(Database database)
{
    /// <returns>The entry's number.</returns>
    public Task<long> Add(AuditEntry entry, CancellationToken cancellationToken = default)
        => database.Write(
            session => session.Scalar<long>(
                """
                INSERT INTO audit_log (at, actor, action, target, request_id, status) VALUES (@at, @actor, @action, @target, @requestId, @status)
                RETURNING number
                """,
                new
                {
                    at = entry.At.ToUnixTimeMilliseconds(),
                    actor = entry.Actor.ToString(),
                    action = entry.Action,
                    target = entry.Target,
                    requestId = entry.RequestId,
                    status = entry.Status,
                }),
            cancellationToken);

    public Task Conclude(long number, int status, string? target, CancellationToken cancellationToken = default)
        => database.Write(
            session => session.Execute(
                "UPDATE audit_log SET status = @status, target = COALESCE(target, @target) WHERE number = @number AND status IS NULL",
                new { number, status, target }),
            cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="target">Only what was done to this; null for everything.</param>
    public Task<Page<AuditEntry>> List(string? target, PageRequest page, CancellationToken cancellationToken = default)
    {
        var list = $"audit {target}";
        var cursor = Cursor.Decode(list, page.Cursor, _ => true);
        return database.Read(
            async session =>
            {
                var rows = await session.List<Row>(
                    $"""
                    SELECT number, at, actor, action, target, request_id AS requestid, status FROM audit_log
                    WHERE 1 = 1 {(cursor is null ? "" : "AND number < @after")} {(target is null ? "" : "AND target = @target")}
                    ORDER BY number DESC LIMIT @limit
                    """,
                    new { after = cursor?.Id ?? 0, target, limit = page.Limit + 1 });
                return rows.ToPage(page.Limit, r => r.ToEntry(), last => Cursor.Encode(list, last.At.ToString(CultureInfo.InvariantCulture), last.Number));
            },
            cancellationToken);
    }

    private sealed class Row
    {
        public long Number { get; set; }

        public long At { get; set; }

        public string Actor { get; set; } = "";

        public string Action { get; set; } = "";

        public string? Target { get; set; }

        public string RequestId { get; set; } = "";

        public int? Status { get; set; }

        public AuditEntry ToEntry() => new(DateTimeOffset.FromUnixTimeMilliseconds(At), Guid.Parse(Actor), Action, Target, RequestId, Status);
    }
}
