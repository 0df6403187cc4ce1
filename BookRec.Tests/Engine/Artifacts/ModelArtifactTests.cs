using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;

namespace BookRec.Tests.Engine.Artifacts;

public sealed class ModelArtifactTests
{
    static readonly ModelSnapshot s_model = Samples.Model().Model;
    static readonly byte[] s_bytes = Write(s_model);

    [Fact]
    public void What_is_read_ranks_like_what_was_written()
    {
        var read = ModelArtifact.Read(new MemoryStream(s_bytes));
        Assert.Equal(("v1", 60, s_model.Als, s_model.Hybrid), (read.Version, read.TrainedBooks, read.Als, read.Hybrid));
        Assert.Equal(s_model.BookFactors.Values.ToArray(), read.BookFactors.Values.ToArray());
        Assert.Equal(s_model.Neighbours.Options, read.Neighbours.Options);
        Assert.Equal(s_model.Neighbours.Count, read.Neighbours.Count);
        Assert.All(Enumerable.Range(0, 60), book =>
        {
            Assert.Equal(s_model.Neighbours.Of(book).ToArray(), read.Neighbours.Of(book).ToArray());
            Assert.Equal(s_model.Neighbours.StrengthsOf(book).ToArray(), read.Neighbours.StrengthsOf(book).ToArray());
        });
        Assert.Equal(s_model.Popularity.ToArray(), read.Popularity.ToArray());
        Assert.Equal(Enumerable.Range(0, 60).Select(s_model.Books.IdAt), Enumerable.Range(0, 60).Select(read.Books.IdAt));
        Assert.Equal(Enumerable.Range(0, s_model.Content.Terms).Select(s_model.Content.TermAt), Enumerable.Range(0, read.Content.Terms).Select(read.Content.TermAt));

        Signal[] signals = [new(3, 1), new(9, -1)];
        Assert.Equal(
            HybridRanker.Rank(s_model, Samples.Reader(s_model, signals), RankingStrategy.Hybrid, _ => true, 60),
            HybridRanker.Rank(read, Samples.Reader(read, signals), RankingStrategy.Hybrid, _ => true, 60));
    }

    [Fact]
    public void The_same_snapshot_gives_the_same_bytes_and_newer_books_are_left_out()
    {
        Assert.Equal(s_bytes, Write(s_model));
        Assert.Equal(s_bytes, Write(ModelArtifact.Read(new MemoryStream(s_bytes))));
        Assert.Equal(s_bytes, Write(s_model.WithBooks([new(1, Samples.Text(77), 1), new(10_000, Samples.Text(78), 1)])));
    }

    [Fact]
    public void The_empty_model_survives_too()
        => Assert.Equal("none", ModelArtifact.Read(new MemoryStream(Write(ModelSnapshot.Empty))).Version);

    [Fact]
    public void A_truncated_artifact_never_loads()
    {
        for (var i = 0; i < 20; i++)
        {
            var length = s_bytes.Length * i / 20;
            Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream(s_bytes[..length])));
        }

        Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream(s_bytes[..^1])));
        Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream([.. s_bytes, 0])));
    }

    [Fact]
    public void A_flipped_byte_never_loads()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var bytes = s_bytes.ToArray();
            var at = i < 40 ? i : random.Next(bytes.Length);
            bytes[at] ^= (byte)random.Next(1, 256);
            Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream(bytes)));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Another_format_never_loads_whatever_its_digest(int format)
    {
        var bytes = s_bytes.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan("BOOKREC\n".Length), format);
        Sign(bytes);
        var error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream(bytes)));
        Assert.Equal($"The artifact has format {format}; this program reads formats 3 to 4.", error.Message);
    }

    [Fact]
    public void The_format_before_books_had_weights_still_loads()
    {
        var (model, als, interactions) = Samples.Model();
        var alike = AlsTrainer.Train(interactions, als.Options with { PopularityExponent = 0 }, null, CancellationToken.None);
        var written = ModelSnapshot.Create(
            "old", model.Books, alike, model.Neighbours, model.Content, BookRec.Engine.Popularity.PopularityModel.Fit(interactions, 1), model.Hybrid);
        var read = ModelArtifact.Read(new MemoryStream(AsFormat3(Write(written))));
        Assert.Equal((alike.Options, "old"), (read.Als, read.Version));
        Signal[] signals = [new(3, 1), new(9, -1)];
        Assert.Equal(FoldIn.Solve(written, signals).Vector.ToArray(), FoldIn.Solve(read, signals).Vector.ToArray());
    }

    [Fact]
    public void A_weight_of_a_book_that_is_not_positive_never_loads()
    {
        var (trained, als, interactions) = Samples.Model();
        var weights = als.BookWeights.ToArray();
        weights[7] = 0;
        var model = ModelSnapshot.Create(
            "bad", trained.Books, als with { BookWeights = weights }, trained.Neighbours, trained.Content, BookRec.Engine.Popularity.PopularityModel.Fit(interactions, 1), trained.Hybrid);
        var error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream(Write(model))));
        Assert.Equal("The weight of a book is not positive.", error.Message);
    }

    [Fact]
    public void Impossible_content_under_a_right_digest_never_loads_and_never_breaks_otherwise()
    {
        // One byte changed and the digest made anew: the checks behind the digest are on their own. Most changes of a float are still valid.
        var random = new Random(2);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = s_bytes.ToArray();
            bytes[random.Next(8, bytes.Length - SHA256.HashSizeInBytes)] ^= (byte)random.Next(1, 256);
            Sign(bytes);
            try
            {
                ModelArtifact.Read(new MemoryStream(bytes));
            }
            catch (InvalidArtifactException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 50, 1999);
    }

    [Fact]
    public void A_number_that_is_not_finite_never_loads()
    {
        var (trained, als, _) = Samples.Model();
        var factors = Samples.Copy(als.BookFactors);
        factors.Row(5)[2] = float.NaN;
        var model = ModelSnapshot.Create(
            "bad", trained.Books, als with { BookFactors = factors }, trained.Neighbours, trained.Content, BookRec.Engine.Popularity.PopularityModel.Fit(Samples.Rows(60, [0]), 1), trained.Hybrid);
        var error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Read(new MemoryStream(Write(model))));
        Assert.Contains("factors", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Without the section of weights, without their exponent in the manifest, and with the number of that time.</summary>
    static byte[] AsFormat3(byte[] artifact)
    {
        const int NameBytes = 8;
        const int Header = 8 + sizeof(int) + sizeof(int);
        var sections = BinaryPrimitives.ReadInt32LittleEndian(artifact.AsSpan(Header - sizeof(int)));
        var old = new MemoryStream();
        using var writer = new BinaryWriter(old);
        writer.Write(artifact.AsSpan(0, 8));
        writer.Write(3);
        writer.Write(sections - 1);
        for (int i = 0, at = Header; i < sections; i++)
        {
            var name = Encoding.ASCII.GetString(artifact, at, NameBytes).TrimEnd('\0');
            var payload = artifact.AsSpan(at + NameBytes + sizeof(long), (int)BinaryPrimitives.ReadInt64LittleEndian(artifact.AsSpan(at + NameBytes)));
            at += NameBytes + sizeof(long) + payload.Length;
            if (name == "manifest")
            {
                payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(payload).Replace("\"PopularityExponent\":0,", "", StringComparison.Ordinal));
            }

            if (name != "book-wgt")
            {
                writer.Write(Encoding.ASCII.GetBytes(name.PadRight(NameBytes, '\0')));
                writer.Write((long)payload.Length);
                writer.Write(payload);
            }
        }

        writer.Write(new byte[SHA256.HashSizeInBytes]);
        var bytes = old.ToArray();
        Sign(bytes);
        return bytes;
    }

    static void Sign(byte[] artifact)
        => SHA256.HashData(artifact.AsSpan(0, artifact.Length - SHA256.HashSizeInBytes), artifact.AsSpan(artifact.Length - SHA256.HashSizeInBytes));

    static byte[] Write(ModelSnapshot model)
    {
        using var stream = new MemoryStream();
        ModelArtifact.Write(model, stream);
        return stream.ToArray();
    }
}
