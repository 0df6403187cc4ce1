using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Storage.Accounts;
using BookRec.Storage.Interactions;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Readers;

/// <summary>
/// One reader. Owns the history in memory and the lists made from it; forwards every write to the database first and only then
/// changes what it knows, so that an acknowledged interaction is in the very next list.
/// </summary>
public sealed class UserGrain(
    InteractionStore store, InteractionCommitter committer, AccountStore accounts, ModelSlot models, IOptions<InteractionOptions> weights,
    TimeProvider time)
    : Grain, IUserGrain
{
    /// <summary>All that was acknowledged; null when not even that is sure.</summary>
    private ReaderHistory? _history;

    /// <summary>Whether the database may know more, as after a write whose fate is unknown: it is read again before the next use.</summary>
    private bool _isBehind;

    private ReaderLists _lists = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => History();

    public async Task<Interaction> Record(NewInteraction interaction, string? idempotencyKey)
    {
        var stored = await Store([interaction], idempotencyKey, JsonSerializer.SerializeToUtf8Bytes(interaction));
        return stored[0] ?? throw new RejectedException(RejectionKind.NotFound, $"There is no book {interaction.BookId}.", "book_id");
    }

    public async Task<IReadOnlyList<BatchItem>> RecordBatch(IReadOnlyList<NewInteraction> interactions, string? idempotencyKey)
    {
        var stored = await Store(interactions, idempotencyKey, JsonSerializer.SerializeToUtf8Bytes(interactions));
        return [.. stored.Select((s, i) => s is not null
            ? new BatchItem(s, null)
            : new BatchItem(null, new FieldError("book_id", $"There is no book {interactions[i].BookId}.")))];
    }

    public async Task<bool> Undo(long interactionId)
    {
        var history = await History();
        _isBehind = true;
        var deleted = await store.Delete(this.GetPrimaryKey(), interactionId);
        history.Remove(interactionId);
        Know(history);
        return deleted;
    }

    public async Task Erase()
    {
        _history = null;
        await accounts.Erase(this.GetPrimaryKey());
        DeactivateOnIdle();
    }

    public Task<Page<Interaction>> History(PageRequest page) => store.History(this.GetPrimaryKey(), page);

    public Task<Page<UsedKey>> IdempotencyKeys(PageRequest page) => store.Keys(this.GetPrimaryKey(), page);

    public async Task<RecommendationList> Recommend(RecommendationQuery query)
    {
        var began = Stopwatch.GetTimestamp();
        var history = await Acknowledged();
        var view = models.Live;
        if (!_lists.AreFrom(view))
            _lists = new ReaderLists(history, view);
        var (list, known) = _lists.For(query);
        BookRecMetrics.Recommended(list.Strategy, known, Stopwatch.GetElapsedTime(began));
        return list;
    }

    /// <returns>In the order of the request; null where the book does not exist.</returns>
    private async Task<IReadOnlyList<Interaction?>> Store(IReadOnlyList<NewInteraction> interactions, string? idempotencyKey, byte[] meaning)
    {
        var history = await History();
        var now = time.GetUtcNow();
        var rows = interactions.Select(i => new InteractionRow(i.BookId, i.Type, i.Rating, i.OccurredAt ?? now)).ToList();
        _isBehind = true;
        var result = await committer.Record(new RecordRequest(
            this.GetPrimaryKey(), rows, idempotencyKey, idempotencyKey is null ? null : Convert.ToHexStringLower(SHA256.HashData(meaning))));
        foreach (var stored in result.Items.OfType<Interaction>())
            if (result.Outcome == RecordOutcome.Stored)
                Take(history, stored);

        // The first answer to a key may have been lost with its silo or its connection, and this history read before that commit came through.
        if (result.Outcome == RecordOutcome.Replayed)
            _history = null;
        else
            Know(history);
        return result.Outcome switch
        {
            RecordOutcome.Stored or RecordOutcome.Replayed => result.Items,
            RecordOutcome.KeyReused => throw new RejectedException(
                RejectionKind.Unprocessable, "This idempotency key was used before with another request.", "Idempotency-Key"),
            _ => throw new RejectedException(RejectionKind.Unauthenticated, "This account does not exist any more."),
        };
    }

    private static void Take(ReaderHistory history, Interaction stored)
    {
        history.Add(stored);
        BookRecMetrics.Recorded(stored.Type);
    }

    /// <summary>Takes over what the database now holds and solves the reader, so that the next list does not have to.</summary>
    private void Know(ReaderHistory history)
    {
        _lists = new ReaderLists(history, models.Live);
        (_history, _isBehind) = (history, false);
    }

    /// <summary>The history or, while the database is away, the part of it that lists have been promised to know.</summary>
    private async Task<ReaderHistory> Acknowledged()
    {
        try
        {
            return await History();
        }
        catch (DbException) when (_history is not null)
        {
            return _history;
        }
    }

    private async Task<ReaderHistory> History()
    {
        if (_history is not null && !_isBehind)
            return _history;
        var history = new ReaderHistory(weights.Value);
        foreach (var interaction in await store.All(this.GetPrimaryKey()))
            history.Add(interaction);
        Know(history);
        return history;
    }
}
