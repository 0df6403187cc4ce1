using System.Net;
using System.Net.Http.Headers;

namespace BookRec.Cli.Server;

/// <summary>A file on its way into a request, a buffer at a time. Opens the file when it is sent, so that a repeated request starts afresh.</summary>
sealed class FileContent : HttpContent
{
    const int BufferBytes = 128 * 1024;

    readonly FileInfo file;
    readonly Action<int> sent;

    /// <param name="sent">Told the bytes of each piece once it is handed to the connection.</param>
    public FileContent(FileInfo file, Action<int> sent)
    {
        this.file = file;
        this.sent = sent;
        Headers.ContentType = new MediaTypeHeaderValue(
            file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? "application/gzip" : "text/csv");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var source = new FileStream(file.FullName, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
        await using (source)
        {
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                sent(read);
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = file.Length;
        return true;
    }
}
