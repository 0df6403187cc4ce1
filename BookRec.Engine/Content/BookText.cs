namespace BookRec.Engine.Content;

/// <summary>What is written about a book.</summary>
/// <param name="Title">May end in the series, as in <c>Dune Messiah (Dune, #2)</c>.</param>
/// <param name="Genres">Genres, tags or shelves.</param>
/// <param name="Year">Of first publication.</param>
public sealed record BookText(string Title, IReadOnlyList<string> Authors, IReadOnlyList<string> Genres, int? Year, string? Description);
