namespace BookRec.Client.Imports;

/// <summary>A file to import, plain or packed with gzip.</summary>
/// <param name="Name">What the format calls it, such as <c>books.csv</c> or <c>ratings.csv.gz</c>.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Open">Opens it from its start, as often as it has to be sent.</param>
public sealed record ImportFile(string Name, long Length, Func<Stream> Open)
{
    public static ImportFile At(string path)
    {
        var file = new FileInfo(path);
        return new(file.Name, file.Length, () => new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 }));
    }
}
