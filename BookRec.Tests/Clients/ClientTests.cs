using System.Net;
using System.Text;
using BookRec.Client;
using BookRec.Client.Interactions;
using BookRec.Client.Recommendations;

namespace BookRec.Tests.Clients;

/// <summary>What the client does by itself: tokens, repetitions, time limits.</summary>
public sealed class ClientTests
{
    static readonly HttpStatusCode[] Away = [HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout];

    [Fact]
    public async Task Reads_are_repeated_while_the_service_is_away()
    {
        using var server = new ScriptedServer { Script = n => n <= 3 ? ScriptedServer.Refusal(Away[n - 1]) : ScriptedServer.Json(Page()) };
        using var client = server.Client(ScriptedServer.Reader);

        await server.PassTimeUntil(client.Interactions.History());

        Assert.Equal(4, server.Asked.Count);
    }

    [Fact]
    public async Task Reads_are_repeated_when_the_connection_breaks()
    {
        using var server = new ScriptedServer { Script = n => n == 1 ? throw new HttpRequestException("broken") : ScriptedServer.Json(Page()) };
        using var client = server.Client(ScriptedServer.Reader);

        await server.PassTimeUntil(client.Interactions.History());

        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task Repeating_ends_with_the_last_refusal()
    {
        using var server = new ScriptedServer { Script = _ => ScriptedServer.Refusal(HttpStatusCode.ServiceUnavailable) };
        using var client = server.Client(ScriptedServer.Reader, retries: 2);
        var asking = client.Interactions.History();

        await server.PassTimeUntil(asking);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Assert.ThrowsAsync<BookRecException>(() => asking)).Status);
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public async Task Every_repetition_of_an_interaction_has_its_key_and_every_interaction_another()
    {
        using var server = new ScriptedServer { Script = n => n % 2 == 1 ? ScriptedServer.Refusal(HttpStatusCode.GatewayTimeout) : ScriptedServer.Json(Stored(), HttpStatusCode.Created) };
        using var client = server.Client(ScriptedServer.Reader);

        await server.PassTimeUntil(client.Interactions.Record(new NewInteraction(7, InteractionType.Like)));
        await server.PassTimeUntil(client.Interactions.Record(new NewInteraction(7, InteractionType.Like)));
        await server.PassTimeUntil(client.Interactions.Record(new NewInteraction(7, InteractionType.Like), "mine"));

        var keys = server.Asked.Select(request => request.Headers.GetValues("Idempotency-Key").Single()).ToArray();
        Assert.Equal([keys[0], keys[0], keys[2], keys[2], "mine", "mine"], keys);
        Assert.NotEqual(keys[0], keys[2]);
    }

    [Fact]
    public async Task A_write_that_may_have_been_done_is_not_repeated()
    {
        using var server = new ScriptedServer { Script = _ => ScriptedServer.Refusal(HttpStatusCode.ServiceUnavailable) };
        using var client = server.Client(ScriptedServer.Reader);

        await Assert.ThrowsAsync<BookRecException>(() => client.Training.Start());

        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task A_write_that_was_refused_unread_is_repeated_after_the_wait_asked_for()
    {
        using var server = new ScriptedServer
        {
            Script = n => n == 1 ? ScriptedServer.Refusal(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)) : new HttpResponseMessage(HttpStatusCode.NoContent),
        };
        using var client = server.Client(ScriptedServer.Reader);

        var waited = await server.PassTimeUntil(client.Interactions.Undo(7));

        Assert.Equal(2, server.Asked.Count);
        Assert.True(waited >= TimeSpan.FromSeconds(7), $"waited {waited}");
    }

    [Fact]
    public async Task A_wait_longer_than_the_longest_is_left_to_the_caller()
    {
        using var server = new ScriptedServer { Script = _ => ScriptedServer.Refusal(HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1)) };
        using var client = server.Client(ScriptedServer.Reader);

        await Assert.ThrowsAsync<BookRecException>(() => client.Interactions.History());

        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Many_callers_with_a_token_that_ran_out_share_one_refresh()
    {
        var gate = new TaskCompletionSource();
        using var server = new ScriptedServer { BeforeGrant = () => gate.Task };
        using var client = server.Client(ScriptedServer.Reader);
        var first = client.Interactions.History();
        gate.SetResult();
        await first;
        server.Clock.Advance(TimeSpan.FromSeconds(ScriptedServer.TokenSeconds));

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => client.Interactions.History())));

        Assert.Equal((1, 1, 33), (server.Logins, server.Refreshes, server.Asked.Count));
    }

    [Fact]
    public async Task Many_callers_whose_session_was_ended_share_one_login()
    {
        using var server = new ScriptedServer();
        using var client = server.Client(ScriptedServer.Reader);
        await client.Interactions.History();
        server.EndSession();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => client.Interactions.History())));

        Assert.Equal((2, 0, 33), (server.Logins, server.Refreshes, server.Asked.Count));
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_for_a_refresh_ends_nobodys_session()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        using var server = new ScriptedServer { BeforeAnswer = () => gate.Task };
        using var client = server.Client();
        await client.Auth.LogIn(ScriptedServer.Reader);
        server.Clock.Advance(TimeSpan.FromSeconds(ScriptedServer.TokenSeconds));
        gate = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();
        var asking = client.Interactions.History(cancellation: impatient.Token);
        Assert.Equal(1, server.Refreshes);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        gate.SetResult();
        await client.Interactions.History();

        Assert.Equal((1, 1, 1), (server.Logins, server.Refreshes, server.Asked.Count));
    }

    [Fact]
    public async Task Without_credentials_an_ended_session_is_a_refusal()
    {
        using var server = new ScriptedServer();
        using var client = server.Client();
        await client.Auth.LogIn(ScriptedServer.Reader);
        server.EndSession();

        var refusal = await Assert.ThrowsAsync<BookRecException>(() => client.Interactions.History());

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.Status);
    }

    [Fact]
    public async Task Logging_out_forgets_the_session()
    {
        using var server = new ScriptedServer { Script = _ => new HttpResponseMessage(HttpStatusCode.NoContent) };
        using var client = server.Client();
        await client.Auth.LogIn(ScriptedServer.Reader);

        await client.Auth.LogOut();

        Assert.Equal("/api/auth/logout", Assert.Single(server.Asked).RequestUri!.AbsolutePath);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Auth.Refresh());
    }

    [Fact]
    public async Task A_silent_service_is_given_up()
    {
        using var server = new ScriptedServer { BeforeGrant = () => new TaskCompletionSource().Task };
        using var client = server.Client(ScriptedServer.Reader, retries: 0);
        var asking = client.Interactions.History();

        await server.PassTimeUntil(asking);

        await Assert.ThrowsAsync<TimeoutException>(() => asking);
    }

    [Fact]
    public async Task What_a_newer_service_adds_is_passed_over()
    {
        using var server = new ScriptedServer
        {
            Script = _ => new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent("""{ "items": [], "strategy": "clairvoyance", "model_version": "v", "mood": "good" }""", Encoding.UTF8, "application/json"),
            },
        };
        using var client = server.Client(ScriptedServer.Reader);

        Assert.Equal(Strategy.Unknown, (await client.Recommendations.Top()).Strategy);
    }

    [Fact]
    public async Task A_refusal_says_what_is_wrong_with_which_field()
    {
        var problem = new Problem(Title: "Bad Request", Detail: "The request is not valid.", RequestId: "r-1", Errors: new Dictionary<string, IReadOnlyList<string>> { ["rating"] = ["must be from 0.5 to 5"] });
        using var server = new ScriptedServer
        {
            Script = _ =>
            {
                var answer = ScriptedServer.Json(problem, HttpStatusCode.BadRequest);
                answer.Content.Headers.ContentType = new("application/problem+json");
                return answer;
            },
        };
        using var client = server.Client(ScriptedServer.Reader);

        var refusal = await Assert.ThrowsAsync<BookRecException>(() => client.Interactions.Record(new NewInteraction(7, InteractionType.Rating, 9)));

        Assert.Equal("400 Bad Request: The request is not valid.: rating must be from 0.5 to 5", refusal.Message);
        Assert.Equal("r-1", refusal.Problem!.RequestId);
    }

    [Fact]
    public async Task All_pages_of_a_list_are_walked_through()
    {
        using var server = new ScriptedServer { Script = n => ScriptedServer.Json(new Page<Interaction>([Stored() with { Id = n }], n < 3 ? $"after {n}" : null)) };
        using var client = server.Client(ScriptedServer.Reader);

        var ids = new List<long>();
        await foreach (var interaction in Pages.All(page => client.Interactions.History(page)))
            ids.Add(interaction.Id);

        Assert.Equal([1, 2, 3], ids);
        Assert.Equal("?limit=100&cursor=after%202", server.Asked[^1].RequestUri!.Query);
    }

    static Page<Interaction> Page() => new([], null);

    static Interaction Stored() => new(1, 7, InteractionType.Like, null, DateTimeOffset.UnixEpoch);
}
