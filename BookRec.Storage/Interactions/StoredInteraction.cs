using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Interactions;

/// <summary>A row of <c>interactions</c> as read.</summary>
internal sealed class StoredInteraction
{
    public long Id { get; set; }

    public long BookId { get; set; }

    public short Type { get; set; }

    public double? Rating { get; set; }

    public long OccurredAt { get; set; }

    public Interaction ToInteraction() => new(Id, BookId, (InteractionType)Type, Rating, Instants.Known(OccurredAt));
}
