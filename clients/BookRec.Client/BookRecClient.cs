using BookRec.Client.Accounts;
using BookRec.Client.Books;
using BookRec.Client.Health;
using BookRec.Client.Http;
using BookRec.Client.Imports;
using BookRec.Client.Interactions;
using BookRec.Client.Models;
using BookRec.Client.Recommendations;
using BookRec.Client.Training;

namespace BookRec.Client;

/// <summary>
/// The BookRec service for one account. Safe for many threads at once; make one and keep it. Whatever the service refuses is thrown as
/// <see cref="BookRecException"/>, a broken connection as <see cref="HttpRequestException"/> and a silent one as <see cref="TimeoutException"/>.
/// </summary>
public sealed class BookRecClient : IDisposable
{
    private readonly Wire _wire;
    private readonly Session _session;

    public BookRecClient(BookRecClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _wire = new Wire(options);
        var retries = new Retries(options);
        _session = new Session(_wire, retries, options);
        var calls = new Calls(_wire, _session, retries);
        Auth = new AuthClient(calls, _session);
        Account = new AccountClient(calls);
        Books = new BooksClient(calls);
        Interactions = new InteractionsClient(calls);
        Recommendations = new RecommendationsClient(calls);
        Training = new TrainingClient(calls);
        Models = new ModelsClient(calls);
        Imports = new ImportsClient(calls);
        Accounts = new AccountsClient(calls);
        Health = new HealthClient(calls);
    }

    public AuthClient Auth { get; }

    /// <summary>The account that is logged in.</summary>
    public AccountClient Account { get; }

    public BooksClient Books { get; }

    public InteractionsClient Interactions { get; }

    public RecommendationsClient Recommendations { get; }

    public TrainingClient Training { get; }

    public ModelsClient Models { get; }

    public ImportsClient Imports { get; }

    /// <summary>Other people's accounts, for administrators.</summary>
    public AccountsClient Accounts { get; }

    public HealthClient Health { get; }

    public void Dispose()
    {
        _wire.Dispose();
        _session.Dispose();
    }
}
