using System.Text;
using BookRec.Storage.Blobs;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

/// <summary>The contract of <see cref="IBlobStore"/> on a real S3 endpoint.</summary>
public sealed class S3BlobStoreTests : IAsyncLifetime
{
    private readonly TestS3 _s3 = new();
    private S3BlobStore? _blobs;

    private S3BlobStore Blobs => _blobs!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", TestS3.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", TestS3.Key);
        await _s3.Start();
        _blobs = new S3BlobStore(new S3Location(TestS3.Bucket, "us-east-1", _s3.Url));
    }

    public async ValueTask DisposeAsync()
    {
        _blobs?.Dispose();
        await _s3.DisposeAsync();
    }

    [Fact]
    public async Task What_was_put_is_opened_listed_in_order_and_deleted()
    {
        await Blobs.Ping(Stop);
        foreach (var key in (string[])["models/b.bin", "models/a.bin", "models-old/a.bin", "other"])
            await Put(key, key);

        Assert.Equal("models/a.bin", await Read("models/a.bin"));
        Assert.Equal(["models-old/a.bin", "models/a.bin", "models/b.bin"], await Blobs.List("models", Stop).ToListAsync(Stop));
        Assert.Equal(["models/a.bin", "models/b.bin"], await Blobs.List("models/", Stop).ToListAsync(Stop));
        await Blobs.Delete("models/a.bin", Stop);
        await Blobs.Delete("models/a.bin", Stop);
        await Blobs.Delete("none/such", Stop);
        Assert.Null(await Blobs.Open("models/a.bin", Stop));
        Assert.Null(await Blobs.Open("none/such", Stop));
    }

    [Fact]
    public async Task Content_comes_back_byte_by_byte_also_of_a_stream_that_cannot_seek()
    {
        var bytes = new byte[3_000_000];
        new Random(5).NextBytes(bytes);
        await Blobs.Put("models/seeks.bin", new MemoryStream(bytes), Stop);
        await Blobs.Put("models/flows.bin", new Flowing(bytes), Stop);

        foreach (var key in (string[])["models/seeks.bin", "models/flows.bin"])
        {
            await using var stored = (await Blobs.Open(key, Stop))!;
            using var copy = new MemoryStream();
            await stored.CopyToAsync(copy, Stop);
            Assert.Equal(bytes, copy.ToArray());
        }

        await Put("models/seeks.bin", "new");
        Assert.Equal("new", await Read("models/seeks.bin"));
    }

    [Fact]
    public async Task A_list_goes_on_over_pages()
    {
        var keys = Enumerable.Range(0, 1_003).Select(i => $"many/{i:D4}").ToList();
        await Parallel.ForEachAsync(keys, Stop, async (key, cancelled) => await Blobs.Put(key, new MemoryStream(), cancelled));

        Assert.Equal(keys, await Blobs.List("many/", Stop).ToListAsync(Stop));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public async Task What_is_not_a_key_is_refused(string key)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Blobs.Open(key, Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Put(key, ""));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Blobs.Delete(key, Stop));
    }

    [Fact]
    public async Task A_dead_endpoint_is_asked_a_few_times_and_then_left_alone()
    {
        await _s3.Kill();
        for (var i = 0; i < 4; i++)
            await Assert.ThrowsAnyAsync<Exception>(() => Blobs.Open("models/a.bin", Stop));
        await Assert.ThrowsAsync<Polly.CircuitBreaker.BrokenCircuitException>(() => Blobs.Open("models/a.bin", Stop));
    }

    private Task Put(string key, string content) => Blobs.Put(key, new MemoryStream(Encoding.UTF8.GetBytes(content)), Stop);

    private async Task<string> Read(string key)
    {
        await using var stream = (await Blobs.Open(key, Stop))!;
        return await new StreamReader(stream).ReadToEndAsync(Stop);
    }

    private sealed class Flowing(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
