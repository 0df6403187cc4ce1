using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;

namespace BookRec.Engine.Artifacts;

/// <summary>Reads the format that <see cref="ModelArtifact"/> describes; trusts nothing.</summary>
static class ArtifactReader
{
    public static ModelSnapshot Read(Stream source)
    {
        var content = CheckedContent(ReadAll(source));
        try
        {
            return Assemble(new Sections(content));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or IOException or OverflowException or FormatException)
        {
            // Files of our own writer never come here: the digest is right, yet the content says impossible things.
            throw new InvalidArtifactException($"The artifact's content is not valid: {e.Message}", e);
        }
    }

    static byte[] ReadAll(Stream source)
    {
        using var memory = new MemoryStream(source.CanSeek ? checked((int)(source.Length - source.Position)) : 0);
        source.CopyTo(memory);
        return memory.Length == memory.Capacity ? memory.GetBuffer() : memory.ToArray();
    }

    /// <summary>All between the header and the digest, when both are right.</summary>
    static ReadOnlyMemory<byte> CheckedContent(byte[] file)
    {
        var headerLength = ArtifactSections.Magic.Length + sizeof(int);
        if (file.Length < headerLength + SHA256.HashSizeInBytes)
        {
            throw new InvalidArtifactException($"The artifact is truncated: it has {file.Length} bytes.");
        }

        if (!file.AsSpan().StartsWith(ArtifactSections.Magic))
        {
            throw new InvalidArtifactException("This is no BookRec model.");
        }

        var format = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(ArtifactSections.Magic.Length));
        if (format is < ArtifactSections.OldestFormat or > ArtifactSections.Format)
        {
            throw new InvalidArtifactException(
                $"The artifact has format {format}; this program reads formats {ArtifactSections.OldestFormat} to {ArtifactSections.Format}.");
        }

        var body = file.AsSpan(0, file.Length - SHA256.HashSizeInBytes);
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(file.AsSpan(body.Length)))
        {
            throw new InvalidArtifactException("The artifact is truncated or corrupt: its SHA-256 digest does not match.");
        }

        return file.AsMemory(headerLength, body.Length - headerLength);
    }

    static ModelSnapshot Assemble(Sections sections)
    {
        var manifest = JsonSerializer.Deserialize<Manifest>(sections[ArtifactSections.Manifest].Span, ArtifactSections.Json)
            ?? throw new InvalidArtifactException("The manifest is empty.");
        if (manifest is not { Version: not null, Als: not null, NeighboursBy: not null, Hybrid: not null, Books: >= 0, Factors: > 0, Terms: >= 0, Entries: >= 0, Neighbours: >= 0 })
        {
            throw new InvalidArtifactException($"The manifest is incomplete: {manifest}.");
        }

        var books = new Vocabulary(sections.Array<long>(ArtifactSections.Books, manifest.Books));
        var factors = sections.Floats(ArtifactSections.Factors, checked(manifest.Books * manifest.Factors));
        var popularity = sections.Floats(ArtifactSections.Popularity, manifest.Books);
        if (popularity.Any(score => score < 0))
        {
            throw new InvalidArtifactException("A popularity is negative.");
        }

        var als = new AlsModel(manifest.Als, new(0, manifest.Factors), new(manifest.Books, manifest.Factors, factors)) { BookWeights = BookWeights(sections, manifest) };
        return ModelSnapshot.Create(manifest.Version, books, als, Neighbours(sections, manifest), Content(sections, manifest), new PopularityModel(popularity), manifest.Hybrid, ColdBooks(sections, manifest));
    }

    /// <summary>None where all are 1, as they were before there were any.</summary>
    static float[] BookWeights(Sections sections, Manifest manifest)
    {
        if (manifest.Als.PopularityExponent == 0)
        {
            return [];
        }

        var weights = sections.Floats(ArtifactSections.BookWeights, manifest.Books);
        return weights.All(weight => weight > 0) ? weights : throw new InvalidArtifactException("The weight of a book is not positive.");
    }

    static ColdBooks? ColdBooks(Sections sections, Manifest manifest)
    {
        if (sections[ArtifactSections.ColdBooks].IsEmpty)
        {
            return null;
        }

        var values = sections.Floats(ArtifactSections.ColdBooks, checked((manifest.Books + 1) * manifest.Factors));
        var coefficients = manifest.Books * manifest.Factors;
        return new(new(manifest.Books, manifest.Factors, values[..coefficients]), values[coefficients..]);
    }

    static ContentIndex Content(Sections sections, Manifest manifest)
    {
        var (keys, names) = Strings(sections[ArtifactSections.Terms], manifest.Terms);
        var idf = sections.Floats(ArtifactSections.Idf, manifest.Terms);
        var offsets = sections.Array<int>(ArtifactSections.Offsets, manifest.Books + 1);
        var terms = sections.Array<int>(ArtifactSections.Entries, manifest.Entries);
        var weights = sections.Floats(ArtifactSections.Weights, manifest.Entries);
        CheckRows("content", offsets, terms, manifest.Terms);
        return new(new TfIdf(keys, names, idf), new InvertedIndex(manifest.Terms, offsets, terms, weights));
    }

    static BookNeighbours Neighbours(Sections sections, Manifest manifest)
    {
        var offsets = sections.Array<int>(ArtifactSections.NeighbourOffsets, manifest.Books + 1);
        var books = sections.Array<int>(ArtifactSections.NeighbourBooks, manifest.Neighbours);
        var strengths = sections.Floats(ArtifactSections.NeighbourStrengths, manifest.Neighbours);
        CheckRows("neighbour", offsets, books, manifest.Books);
        return new(manifest.NeighboursBy.Validate(), offsets, books, strengths);
    }

    /// <summary>Compressed sparse rows: offsets that span the entries and never fall, indices in range and ascending within a row.</summary>
    static void CheckRows(string kind, int[] offsets, int[] indices, int bound)
    {
        if (offsets[0] != 0 || offsets[^1] != indices.Length)
        {
            throw new InvalidArtifactException($"The {kind} offsets do not span the entries.");
        }

        for (var book = 0; book < offsets.Length - 1; book++)
        {
            if (offsets[book] > offsets[book + 1] || offsets[book + 1] > indices.Length)
            {
                throw new InvalidArtifactException($"The {kind} offsets fall at book {book}.");
            }

            var previous = -1;
            foreach (var index in indices.AsSpan(offsets[book]..offsets[book + 1]))
            {
                if (index <= previous || index >= bound)
                {
                    throw new InvalidArtifactException($"The {kind} row of book {book} has an index out of range or out of order.");
                }

                previous = index;
            }
        }
    }

    static (string[] Keys, string[] Names) Strings(ReadOnlyMemory<byte> section, int count)
    {
        var (keys, names) = (new string[count], new string[count]);
        using var memory = new MemoryStream(section.ToArray());
        using var reader = new BinaryReader(memory, new UTF8Encoding(false, throwOnInvalidBytes: true));
        for (var term = 0; term < count; term++)
        {
            keys[term] = reader.ReadString();
            names[term] = reader.ReadString() is { Length: > 0 } name ? name : keys[term];
        }

        return memory.Position == memory.Length ? (keys, names) : throw new InvalidArtifactException("There are more terms than the manifest says.");
    }

    /// <summary>The payloads by name.</summary>
    sealed class Sections
    {
        readonly Dictionary<string, ReadOnlyMemory<byte>> _payloads = [];

        public Sections(ReadOnlyMemory<byte> content)
        {
            var count = BinaryPrimitives.ReadInt32LittleEndian(Take(ref content, sizeof(int)).Span);
            for (var i = 0; i < count; i++)
            {
                var name = Encoding.ASCII.GetString(Take(ref content, ArtifactSections.NameBytes).Span).TrimEnd('\0');
                var length = BinaryPrimitives.ReadInt64LittleEndian(Take(ref content, sizeof(long)).Span);
                _payloads.Add(name, Take(ref content, length));
            }

            if (!content.IsEmpty)
            {
                throw new InvalidArtifactException($"{content.Length} bytes follow the last section.");
            }
        }

        public ReadOnlyMemory<byte> this[string name]
            => _payloads.TryGetValue(name, out var payload) ? payload : throw new InvalidArtifactException($"The section '{name}' is missing.");

        public T[] Array<T>(string name, int length)
            where T : unmanaged
        {
            var values = MemoryMarshal.Cast<byte, T>(this[name].Span);
            return values.Length == length && this[name].Length == (long)length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()
                ? values.ToArray()
                : throw new InvalidArtifactException($"The section '{name}' has {this[name].Length} bytes, not {length} numbers.");
        }

        public float[] Floats(string name, int length)
        {
            var values = Array<float>(name, length);
            return length == 0 || TensorPrimitives.IsFiniteAll<float>(values)
                ? values
                : throw new InvalidArtifactException($"The section '{name}' has a number that is not finite.");
        }

        static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> content, long length)
        {
            if (length < 0 || length > content.Length)
            {
                throw new InvalidArtifactException($"A section claims {length} bytes of {content.Length}.");
            }

            var taken = content[..(int)length];
            content = content[(int)length..];
            return taken;
        }
    }
}
