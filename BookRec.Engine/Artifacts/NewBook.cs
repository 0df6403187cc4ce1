using BookRec.Engine.Content;

namespace BookRec.Engine.Artifacts;

/// <summary>A book the model has not been trained on.</summary>
/// <param name="Popularity">A prior on the scale of reader counts, finite and at least 0.</param>
public sealed record NewBook(long Id, BookText Text, float Popularity);
