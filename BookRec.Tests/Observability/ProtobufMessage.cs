using System.Text;

namespace BookRec.Tests.Observability;

/// <summary>A protobuf message read without its schema: the fields that have a length, by number.</summary>
sealed class ProtobufMessage
{
    readonly ReadOnlyMemory<byte> bytes;

    ProtobufMessage(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    public string Text => Encoding.UTF8.GetString(bytes.Span);

    public string Hex => Convert.ToHexStringLower(bytes.Span);

    public static ProtobufMessage Read(ReadOnlyMemory<byte> bytes) => new(bytes);

    public ProtobufMessage One(int field) => All(field).First();

    public IEnumerable<ProtobufMessage> All(int field)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(ref at);
            var (number, wireType) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wireType)
            {
                case 0:
                    Varint(ref at);
                    break;
                case 1:
                    at += sizeof(ulong);
                    break;
                case 2:
                    var length = (int)Varint(ref at);
                    if (number == field)
                        yield return new ProtobufMessage(bytes.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    at += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"Wire type {wireType} at {at} is none of protobuf's.");
            }
        }
    }

    ulong Varint(ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes.Span[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
