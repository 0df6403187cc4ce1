using BookRec.Storage.Text;

namespace BookRec.Storage.Catalogue;

/// <summary>Genres in the form they are compared in.</summary>
public static class BookGenre
{
    public static string Key(string genre) => Folding.Fold(genre.Trim());
}
