using System.Net;
using System.Net.Sockets;
using System.Text;
using BookRec.Storage.Blobs;
using BookRec.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Storage;

/// <summary>Downloads from an endpoint that sends the parts of a body when it is told to.</summary>
public sealed class S3StallTests : IAsyncDisposable
{
    private const int Part = 1_000;

    private static readonly TimeSpan Patience = RunningApp.Patience;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();
    private readonly S3BlobStore _blobs;
    private TcpClient? _connection;

    public S3StallTests()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", TestS3.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", TestS3.Key);
        _listener.Start();
        _blobs = new S3BlobStore(new S3Location(TestS3.Bucket, "us-east-1", $"http://{_listener.LocalEndpoint}"), _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _blobs.Dispose();
        _connection?.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_download_that_stalls_fails()
    {
        await using var body = await Open(parts: 2);
        await Send();
        await ReadPart(body);

        var rest = ReadPart(body);
        _time.Advance(S3Guard.SilenceLimit);

        var failure = await Assert.ThrowsAsync<IOException>(() => rest.WaitAsync(Patience, Stop));
        Assert.Contains("models/a.bin", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_is_slow_goes_on()
    {
        const int parts = 4;
        await using var body = await Open(parts);
        for (var part = 0; part < parts; part++)
        {
            var reading = ReadPart(body);
            _time.Advance(S3Guard.SilenceLimit - TimeSpan.FromSeconds(1));
            Assert.False(reading.IsCompleted);
            await Send();
            await reading.WaitAsync(Patience, Stop);
        }

        Assert.Equal(0, await body.ReadAsync(new byte[1], Stop));
    }

    [Fact]
    public async Task Who_reads_can_stop_it()
    {
        await using var body = await Open(parts: 1);
        using var enough = new CancellationTokenSource();

        var reading = body.ReadAsync(new byte[Part], enough.Token).AsTask();
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience, Stop));
    }

    /// <summary>Opens a blob of so many parts, none of which is sent yet.</summary>
    private async Task<Stream> Open(int parts)
    {
        var opening = _blobs.Open("models/a.bin", Stop);
        _connection = await _listener.AcceptTcpClientAsync(Stop).AsTask().WaitAsync(Patience, Stop);
        var request = new StreamReader(_connection.GetStream());
        while (await request.ReadLineAsync(Stop) is { Length: > 0 })
        {
            // Headers.
        }

        await _connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {parts * Part}\r\nETag: \"0-1\"\r\n\r\n"), Stop);
        return (await opening.WaitAsync(Patience, Stop))!;
    }

    private async Task Send() => await _connection!.GetStream().WriteAsync(new byte[Part], Stop);

    private static async Task ReadPart(Stream body) => await body.ReadExactlyAsync(new byte[Part], Stop);
}
