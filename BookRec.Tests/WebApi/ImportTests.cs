using System.Net;
using System.Text;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.WebApi;

public sealed class ImportTests(Front front) : IClassFixture<Front>
{
    private const string Path = "/api/admin/imports?format=book-crossing";

    [Fact]
    public async Task Files_pass_through_unchanged_in_order_and_in_pieces()
    {
        Reset();
        var big = Enumerable.Range(0, (5 * 512 * 1024) + 17).Select(i => (byte)((i * 31) + (i >> 9))).ToArray();
        var small = "a;b\r\n--boundary\r\n"u8.ToArray();
        var response = await Upload(Path, ("BX-Books.csv", big), ("C:\\data\\BX-Users.csv.gz", small), ("empty.csv", []));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (await response.Json()).GetProperty("id").GetGuid();
        Assert.Equal($"/api/admin/imports/{id}", response.Headers.Location?.ToString());
        Assert.All(front.Cluster.Calls, call => Assert.Equal(id, call.Key));
        Assert.Equal([ImportFormat.BookCrossing, "book-crossing"], front.Cluster.Calls.First().Arguments);
        Assert.Equal(nameof(IImportGrain.Run), front.Cluster.Calls.Last().Method);

        var pieces = front.Cluster.Calls.Where(call => call.Method == nameof(IImportGrain.Append))
            .Select(call => (Name: (string)call.Arguments[0]!, Offset: (long)call.Arguments[1]!, Bytes: ((ReadOnlyMemory<byte>)call.Arguments[2]!).ToArray()))
            .ToList();
        Assert.Equal(["BX-Books.csv", "BX-Users.csv.gz", "empty.csv"], pieces.Select(p => p.Name).Distinct());
        Assert.All(pieces, piece => Assert.True(piece.Bytes.Length <= 512 * 1024));
        foreach (var (name, sent) in new[] { ("BX-Books.csv", big), ("BX-Users.csv.gz", small), ("empty.csv", []) })
        {
            var mine = pieces.Where(p => p.Name == name).ToList();
            long offset = 0;
            foreach (var piece in mine)
            {
                Assert.Equal(offset, piece.Offset);
                offset += piece.Bytes.Length;
            }

            Assert.True(sent.AsSpan().SequenceEqual(mine.SelectMany(p => p.Bytes).ToArray()), name);
        }
    }

    [Fact]
    public async Task The_source_can_be_named()
    {
        Reset();
        await Upload("/api/admin/imports?format=bookrec&source=my.shop-1", ("books.csv", [1]));
        Assert.Equal([ImportFormat.BookRec, "my.shop-1"], front.Cluster.Calls.First().Arguments);
    }

    [Theory]
    [InlineData("/api/admin/imports", "format")]
    [InlineData("/api/admin/imports?format=excel", "format")]
    [InlineData("/api/admin/imports?format=bookrec&source=My%20Shop", "source")]
    public async Task Wrong_parameters_are_named(string path, string field)
    {
        Reset();
        await (await Upload(path, ("books.csv", [1]))).Blames(field);
        Assert.Empty(front.Cluster.Calls);
    }

    [Fact]
    public async Task Uploads_that_are_no_files_are_refused_and_forgotten()
    {
        Reset();
        using var twice = new MultipartFormDataContent
        {
            { new ByteArrayContent([1]), "files", "books.csv" },
            { new ByteArrayContent([1]), "files", "BOOKS.csv" },
        };
        using var field = new MultipartFormDataContent { { new StringContent("hello"), "greeting" } };
        using var nothing = new MultipartFormDataContent();
        using var cutOff = new StringContent("--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"books.csv\"\r\n\r\nhalf", Encoding.ASCII);
        cutOff.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };
        foreach (var body in new HttpContent[] { twice, field, nothing, cutOff })
        {
            front.Cluster.Calls.Clear();
            await (await front.Admin.PostAsync(Path, body, TestContext.Current.CancellationToken)).Blames("files");
            Assert.Equal(nameof(IImportGrain.Abort), front.Cluster.Calls.Last().Method);
        }
    }

    [Fact]
    public async Task A_rejection_while_uploading_aborts_and_keeps_its_reason()
    {
        Reset();
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Append), new RejectedException(RejectionKind.Invalid, "no such file in this format", "files"));
        await (await Upload(Path, ("novel.txt", [1]))).Blames("files");
        Assert.Equal(nameof(IImportGrain.Abort), front.Cluster.Calls.Last().Method);
    }

    [Fact]
    public async Task A_silo_that_cannot_keep_the_files_is_not_the_callers_mistake()
    {
        Reset();
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Append), new IOException("No space left on device"));
        await (await Upload(Path, ("BX-Books.csv", [1]))).Problem(500);
        var abort = front.Cluster.Calls.Last();
        Assert.Equal((nameof(IImportGrain.Abort), "No space left on device"), (abort.Method, abort.Arguments[0]));
    }

    [Theory]
    [InlineData(nameof(IImportGrain.Open))]
    [InlineData(nameof(IImportGrain.Run))]
    public async Task An_import_that_does_not_begin_is_aborted(string step)
    {
        Reset();
        front.Cluster.On<IImportGrain>(step, new RejectedException(RejectionKind.Unavailable, "The database did not answer."));
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Abort), new RejectedException(RejectionKind.NotFound, "This is not told."));
        await (await Upload(Path, ("BX-Books.csv", [1]))).Problem(503);
        Assert.Equal(nameof(IImportGrain.Abort), front.Cluster.Calls.Last().Method);
    }

    [Fact]
    public async Task A_client_that_goes_away_aborts_the_import()
    {
        Reset();
        var aborted = new TaskCompletionSource();
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Abort), _ =>
        {
            aborted.SetResult();
            return null;
        });
        var started = new TaskCompletionSource();
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Append), _ =>
        {
            started.TrySetResult();
            return null;
        });

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var content = new MultipartFormDataContent { { new StreamContent(new Endless()), "files", "BX-Books.csv" } };
        var upload = front.Admin.PostAsync(Path, content, gone.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(front.Cluster.Calls, call => call.Method == nameof(IImportGrain.Run));
    }

    [Fact]
    public async Task The_status_of_an_import()
    {
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Status), call => Samples.Import((Guid)call.Key));
        var body = await (await front.Admin.Get($"/api/admin/imports/{Samples.RunId}")).Json();
        Assert.Equal("running", body.GetProperty("state").GetString());
        Assert.Equal("book-crossing", body.GetProperty("format").GetString());
        Assert.Equal(17, body.GetProperty("errors")[0].GetProperty("line").GetInt64());
    }

    private void Reset()
    {
        front.Cluster.Forget();
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Run), call => Samples.Import((Guid)call.Key));
    }

    private async Task<HttpResponseMessage> Upload(string path, params (string Name, byte[] Bytes)[] files)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, bytes) in files)
            content.Add(new ByteArrayContent(bytes), "files", name);
        return await front.Admin.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    /// <summary>A file without end.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
