using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BookRec.Engine.Artifacts;

/// <summary>Writes the format that <see cref="ModelArtifact"/> describes.</summary>
static class ArtifactWriter
{
    public static void Write(ModelSnapshot snapshot, Stream destination)
    {
        var (model, bulk, neighbours) = (snapshot.Content.Model, snapshot.Content.Bulk, snapshot.Neighbours);
        var manifest = new Manifest(
            snapshot.Version,
            snapshot.TrainedBooks,
            snapshot.BookFactors.Factors,
            model.Terms,
            bulk.Terms.Length,
            neighbours.Count,
            snapshot.Als,
            neighbours.Options,
            snapshot.Hybrid);
        var ids = new long[snapshot.TrainedBooks];
        for (var book = 0; book < ids.Length; book++)
        {
            ids[book] = snapshot.Books.IdAt(book);
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var output = new HashedOutput(destination, digest);
        output.Append(ArtifactSections.Magic);
        output.Append(ArtifactSections.Format);
        output.Append(ArtifactSections.All.Length);
        output.Section(ArtifactSections.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest, ArtifactSections.Json));
        output.Section(ArtifactSections.Books, MemoryMarshal.AsBytes<long>(ids));
        output.Section(ArtifactSections.Factors, MemoryMarshal.AsBytes(snapshot.BookFactors.Values));
        output.Section(ArtifactSections.BookWeights, MemoryMarshal.AsBytes(snapshot.BookWeights.Span));
        output.Section(ArtifactSections.Popularity, MemoryMarshal.AsBytes(snapshot.Popularity));
        output.Section(ArtifactSections.Terms, Strings(model.Keys, model.Names));
        output.Section(ArtifactSections.Idf, MemoryMarshal.AsBytes(model.Idf));
        output.Section(ArtifactSections.Offsets, MemoryMarshal.AsBytes(bulk.BookOffsets));
        output.Section(ArtifactSections.Entries, MemoryMarshal.AsBytes(bulk.Terms));
        output.Section(ArtifactSections.Weights, MemoryMarshal.AsBytes(bulk.Weights));
        output.Section(ArtifactSections.NeighbourOffsets, MemoryMarshal.AsBytes(neighbours.Offsets));
        output.Section(ArtifactSections.NeighbourBooks, MemoryMarshal.AsBytes(neighbours.Indices));
        output.Section(ArtifactSections.NeighbourStrengths, MemoryMarshal.AsBytes(neighbours.Strengths));
        output.Section(ArtifactSections.ColdBooks, snapshot.ColdBooks is { } cold ? MemoryMarshal.AsBytes<float>([.. cold.Coefficients.Values, .. cold.Mean.Span]) : []);
        destination.Write(digest.GetHashAndReset());
    }

    static byte[] Strings(ReadOnlySpan<string> keys, ReadOnlySpan<string> names)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        for (var term = 0; term < keys.Length; term++)
        {
            writer.Write(keys[term]);
            writer.Write(names[term] == keys[term] ? "" : names[term]);
        }

        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>Everything written goes into the digest.</summary>
    readonly struct HashedOutput(Stream destination, IncrementalHash digest)
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
            destination.Write(bytes);
            digest.AppendData(bytes);
        }

        public void Append(long number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            Append(bytes);
        }

        public void Append(int number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            Append(bytes);
        }

        public void Section(string name, ReadOnlySpan<byte> payload)
        {
            Span<byte> padded = stackalloc byte[ArtifactSections.NameBytes];
            padded.Clear();
            Encoding.ASCII.GetBytes(name, padded);
            Append(padded);
            Append((long)payload.Length);
            Append(payload);
        }
    }
}
