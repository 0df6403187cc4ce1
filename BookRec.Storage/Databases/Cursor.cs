using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BookRec.Grains.Interfaces;

namespace BookRec.Storage.Databases;

/// <summary>
/// A place in an ordered list: the sort key and id of the last row handed out. Opaque to callers; carries a digest of the list it belongs
/// to, so that a cursor of another query is refused instead of answering nonsense.
/// </summary>
internal readonly record struct Cursor(string Key, long Id)
{
    private const int ListBytes = 8;

    public long Number => long.Parse(Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public double Real => double.Parse(Key, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <param name="list">Everything that makes the list what it is: whose, which filters, which order.</param>
    public static string Encode(string list, string key, long id)
    {
        var text = Encoding.UTF8.GetBytes(key);
        var bytes = new byte[ListBytes + sizeof(long) + text.Length];
        Digest(list).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(ListBytes), id);
        text.CopyTo(bytes, ListBytes + sizeof(long));
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="RejectedException">Invalid with field <c>cursor</c> when it is not a cursor of this list.</exception>
    public static Cursor? Decode(string list, string? cursor, Func<Cursor, bool> holds)
    {
        if (cursor is null) return null;
        if (cursor.Length <= 4096 && Base64Url.IsValid(cursor))
        {
            var bytes = Base64Url.DecodeFromChars(cursor);
            if (bytes.Length >= ListBytes + sizeof(long) && bytes.AsSpan(0, ListBytes).SequenceEqual(Digest(list)))
            {
                var id = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(ListBytes));
                var found = new Cursor(Encoding.UTF8.GetString(bytes.AsSpan(ListBytes + sizeof(long))), id);
                if (!found.Key.Contains('\0', StringComparison.Ordinal) && holds(found)) return found;
            }
        }

        throw new RejectedException(RejectionKind.Invalid, "This cursor does not belong to this list.", "cursor");
    }

    public static bool HoldsNumber(Cursor cursor) => long.TryParse(cursor.Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    public static bool HoldsReal(Cursor cursor) => double.TryParse(cursor.Key, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static byte[] Digest(string list) => SHA256.HashData(Encoding.UTF8.GetBytes(list))[..ListBytes];
}
