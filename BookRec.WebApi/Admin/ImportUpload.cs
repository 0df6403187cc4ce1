using BookRec.Grains.Interfaces.Imports;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace BookRec.WebApi.Admin;

/// <summary>Passes the files of a multipart body on as they arrive: one piece in memory, whatever their size.</summary>
internal static class ImportUpload
{
    /// <summary>Half of what a grain takes in one message.</summary>
    public const int PieceBytes = 512 * 1024;

    private const string Field = "files";
    private const int FileNameLength = 255;
    private const int BoundaryLength = 70;

    /// <exception cref="InvalidRequestException">The body is not a list of files.</exception>
    public static async Task Send(HttpRequest request, IImportGrain import, CancellationToken cancelled)
    {
        var reader = new MultipartReader(Boundary(request), request.Body) { BodyLengthLimit = null };
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (await Read(reader.ReadNextSectionAsync(cancelled)) is { } section)
        {
            var name = FileName(section);
            if (!names.Add(name))
                throw new InvalidRequestException(Field, $"{name} is sent twice");
            await SendFile(section.Body, name, import, cancelled);
        }

        if (names.Count == 0)
            throw new InvalidRequestException(Field, Words.Required);
    }

    private static async Task SendFile(Stream file, string name, IImportGrain import, CancellationToken cancelled)
    {
        long offset = 0;
        while (true)
        {
            // A fresh array each time: a grain of the same process may still hold the one before.
            var piece = new byte[PieceBytes];
            var length = await Read(file.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancelled).AsTask());

            // An empty file is sent too, so that it is missed by nobody.
            if (length > 0 || offset == 0)
                await import.Append(name, offset, piece.AsMemory(0, length));
            offset += length;
            if (length < piece.Length)
                return;
        }
    }

    /// <summary>A piece of the body. What goes wrong with it is the caller's to mend; what goes wrong where it is kept is not.</summary>
    private static async Task<T> Read<T>(Task<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception failure) when (IsMalformed(failure))
        {
            throw new InvalidRequestException(Field, "the multipart body is malformed or cut off");
        }
    }

    /// <summary>What the reader of the parts throws, as opposed to a connection that broke.</summary>
    private static bool IsMalformed(Exception failure)
        => failure is InvalidDataException or (IOException and not BadHttpRequestException and not ConnectionResetException);

    private static string Boundary(HttpRequest request)
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        return boundary is { Length: > 0 and <= BoundaryLength }
            ? boundary
            : throw new InvalidRequestException(Field, "the content type must name the boundary of the parts");
    }

    /// <summary>The name without any folders: it says what is in the file, never where to put it.</summary>
    private static string FileName(MultipartSection section)
    {
        var sent = section.GetContentDispositionHeader() is { } disposition
            ? HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value
            : null;
        var name = sent?[(sent.LastIndexOfAny(['/', '\\']) + 1)..];
        return name is { Length: > 0 and <= FileNameLength } and not ("." or "..") && !name.Any(char.IsControl)
            ? name
            : throw new InvalidRequestException(Field, "every part must be a file with a name");
    }
}
