using System.Diagnostics;
using System.Threading.Channels;
using BookRec.Grains.Interfaces;

namespace BookRec.Storage.Interactions;

/// <summary>
/// Group commit: requests of many readers share a transaction, and with it the wait for the disk. Whatever queued while the last commit ran
/// goes together; nobody waits for company. Each request is answered after its commit, in the order in which they came, exactly as
/// <see cref="InteractionStore.Record"/> would have. One per process; safe from any thread.
/// </summary>
public sealed class InteractionCommitter : IAsyncDisposable
{
    /// <summary>Requests that may wait; whoever comes then waits to be let in.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>Requests to a transaction.</summary>
    private const int MaxRequests = 256;

    /// <summary>Rows after which a transaction takes no further request: one that holds a thousand must not make many others wait.</summary>
    private const int MaxRows = 2000;

    private static readonly ActivitySource Traces = new("BookRec");

    private readonly InteractionStore _store;
    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Task _committing;

    public InteractionCommitter(InteractionStore store)
    {
        _store = store;

        // The loop belongs to nobody's request: it must not carry on the trace of the one that happened to come first.
        using (ExecutionContext.SuppressFlow())
            _committing = Task.Run(CommitAll);
    }

    /// <summary>Stores one request; returns after the commit that holds it.</summary>
    /// <param name="cancellationToken">Takes the request back as long as it waits; one that is being committed is seen through.</param>
    /// <exception cref="RejectedException">Unavailable: the process is stopping, nothing was stored.</exception>
    public async Task<RecordResult> Record(RecordRequest request, CancellationToken cancellationToken = default)
    {
        var waiting = new Waiting(request);
        try
        {
            await _queue.Writer.WriteAsync(waiting, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new RejectedException(RejectionKind.Unavailable, "The server is stopping. Nothing was stored; send the request again.");
        }

        await using (cancellationToken.Register(() => waiting.TakeBack(cancellationToken)))
            return await waiting.Answer;
    }

    /// <summary>Commits what waits and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _committing;
    }

    private async Task CommitAll()
    {
        var group = new List<Waiting>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            var rows = 0;
            while (group.Count < MaxRequests && rows < MaxRows && _queue.Reader.TryRead(out var next))
            {
                if (!next.Begin())
                    continue;
                group.Add(next);
                rows += next.Request.Rows.Count;
            }

            if (group.Count > 0)
                await Commit(group);
        }
    }

    /// <summary>The transaction is part of the first request's trace; those of the others are linked from it.</summary>
    private static Activity? Trace(List<Waiting> group)
    {
        var activity = Traces.StartActivity(
            "interactions commit", ActivityKind.Internal, group[0].Trace, links: group.Skip(1).Where(w => w.Trace != default).Select(w => new ActivityLink(w.Trace)));
        return activity?.SetTag("bookrec.requests", group.Count);
    }

    private async Task Commit(List<Waiting> group)
    {
        using var trace = Trace(group);
        try
        {
            if (await _store.RecordTogether([.. group.Select(w => w.Request)]) is not { } results)
            {
                foreach (var waiting in group)
                    await CommitAlone(waiting);
                return;
            }

            for (var i = 0; i < group.Count; i++)
                group[i].Succeed(results[i]);
        }
        catch (Exception e)
        {
            // The database is away, or the fate of the commit is unknown. Each caller is told; the loop goes on with those who wait.
            foreach (var waiting in group)
                waiting.Fail(e);
        }
    }

    /// <summary>One of a group that was refused: the one that is to blame fails by itself, the others go in.</summary>
    private async Task CommitAlone(Waiting waiting)
    {
        try
        {
            waiting.Succeed(await _store.Record(waiting.Request));
        }
        catch (Exception e)
        {
            waiting.Fail(e);
        }
    }

    /// <summary>A request on its way: taken back or begun, whichever comes first.</summary>
    private sealed class Waiting(RecordRequest request)
    {
        private readonly TaskCompletionSource<RecordResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _decided;

        public RecordRequest Request => request;

        public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

        public Task<RecordResult> Answer => _answer.Task;

        /// <returns>False when the caller has taken the request back.</returns>
        public bool Begin() => Interlocked.Exchange(ref _decided, 1) == 0;

        public void TakeBack(CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _decided, 1) == 0)
                _answer.TrySetCanceled(cancellationToken);
        }

        public void Succeed(RecordResult result) => _answer.TrySetResult(result);

        public void Fail(Exception reason) => _answer.TrySetException(reason);
    }
}
