using System.Net;
using System.Net.Http.Headers;

namespace BookRec.Client.Imports;

/// <summary>Files on their way into a request, a buffer at a time.</summary>
internal static class ImportForm
{
    private const int BufferBytes = 128 * 1024;

    public static MultipartFormDataContent Of(IReadOnlyList<ImportFile> files, IProgress<long>? sent)
    {
        long total = 0;
        sent?.Report(0);
        var form = new MultipartFormDataContent();
        foreach (var file in files)
            form.Add(new FileContent(file, bytes => sent?.Report(total += bytes)), "files", file.Name);
        return form;
    }

    private sealed class FileContent : HttpContent
    {
        private readonly ImportFile _file;
        private readonly Action<int> _sent;

        public FileContent(ImportFile file, Action<int> sent)
        {
            (_file, _sent) = (file, sent);
            Headers.ContentType = new MediaTypeHeaderValue(file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? "application/gzip" : "text/csv");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using var source = _file.Open();
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                _sent(read);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _file.Length;
            return true;
        }
    }
}
