using System.Text;
using BookRec.Storage.Blobs;

namespace BookRec.Tests.Storage;

public sealed class FileBlobStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("bookrec-blobs-").FullName;

    private FileBlobStore Blobs => new(_root);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_was_put_is_opened_listed_in_order_and_deleted()
    {
        foreach (var key in (string[])["models/b.bin", "models/a.bin", "models-old/a.bin", "other"]) await Put(key, key);

        Assert.Equal("models/a.bin", await Read("models/a.bin"));
        Assert.Equal(["models-old/a.bin", "models/a.bin", "models/b.bin"], await Blobs.List("models", Stop).ToListAsync(Stop));
        Assert.Equal(["models/a.bin", "models/b.bin"], await Blobs.List("models/", Stop).ToListAsync(Stop));
        await Blobs.Delete("models/a.bin", Stop);
        await Blobs.Delete("models/a.bin", Stop);
        await Blobs.Delete("none/such", Stop);
        Assert.Null(await Blobs.Open("models/a.bin", Stop));
        Assert.Null(await Blobs.Open("none/such", Stop));
        Assert.Empty(await new FileBlobStore(Path.Combine(_root, "missing")).List("", Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_what_was_there()
    {
        await Put("key", "old");

        await Assert.ThrowsAsync<IOException>(() => Blobs.Put("key", new BrokenStream(), Stop));

        Assert.Equal("old", await Read("key"));
        Assert.Equal(["key"], await Blobs.List("", Stop).ToListAsync(Stop));
        Assert.Single(Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_reader_keeps_its_content_while_the_key_is_put_again()
    {
        await Put("key", "old");
        await using var open = (await Blobs.Open("key", Stop))!;
        await Put("key", "new");

        Assert.Equal("old", await new StreamReader(open).ReadToEndAsync(Stop));
        Assert.Equal("new", await Read("key"));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("models/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("models//a")]
    [InlineData("models/")]
    [InlineData(".unfinished/x")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("ä")]
    [InlineData("")]
    public async Task A_key_that_could_leave_the_folder_is_refused(string key)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Put(key, "x"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Blobs.Open(key, Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Blobs.Delete(key, Stop));
    }

    private Task Put(string key, string text) => Blobs.Put(key, new MemoryStream(Encoding.UTF8.GetBytes(text)), Stop);

    private async Task<string> Read(string key)
    {
        await using var stream = await Blobs.Open(key, Stop);
        return await new StreamReader(stream!).ReadToEndAsync(Stop);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public BrokenStream() => SetLength(1000);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            destination.Write(new byte[100]);
            throw new IOException("The line went dead.");
        }
    }
}
