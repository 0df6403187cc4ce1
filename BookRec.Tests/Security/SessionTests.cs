using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BookRec.Tests.Support;
using Microsoft.Data.Sqlite;

namespace BookRec.Tests.Security;

/// <summary>Sessions of the running service, attacked.</summary>
[Collection(nameof(SecureApp))]
public sealed class SessionTests(SecureApp secure)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Of_fifty_who_use_one_refresh_token_at_once_one_gets_a_successor_and_then_nobody()
    {
        var person = await secure.NewPerson();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => secure.TryRefresh(person.RefreshToken)));

        var successor = Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Except([successor]), a => Assert.Equal(HttpStatusCode.Unauthorized, a.StatusCode));

        // The others presented a spent token, so the family is taken for stolen: the successor does not work either.
        var token = (string)(await successor.Expect(HttpStatusCode.OK))["refresh_token"]!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryRefresh(token)).StatusCode);
        Assert.True(await SecureApp.TimeUntilRefused(person.Http) <= Promised);
    }

    [Fact]
    public async Task Refreshing_one_after_the_other_goes_on()
    {
        var person = await secure.NewPerson();
        var token = person.RefreshToken;
        for (var i = 0; i < 5; i++)
        {
            using var answer = await secure.TryRefresh(token);
            var next = (string)(await answer.Expect(HttpStatusCode.OK))["refresh_token"]!;
            Assert.NotEqual(token, next);
            token = next;
        }
    }

    [Fact]
    public async Task A_password_is_changed_though_a_login_hashes_it_anew_in_between()
    {
        const string next = "another horse of another color";
        var person = await secure.NewPerson();

        // The first who replaces the hash comes too late.
        await using (var database = await secure.Database(SqliteOpenMode.ReadWrite))
        {
            await using var late = database.CreateCommand();
            late.CommandText =
                """
                CREATE TABLE too_late AS SELECT 1 AS once;
                CREATE TRIGGER too_late_for_a_hash BEFORE UPDATE OF password_hash ON accounts WHEN EXISTS (SELECT 1 FROM too_late)
                BEGIN DELETE FROM too_late; SELECT RAISE(IGNORE); END
                """;
            await late.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        using var changed = await person.Http.PostAsJsonAsync("/api/account/password", new { current_password = SecureApp.Password, new_password = next });

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        await secure.LogIn(person.Email, next);
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryLogIn(person.Email)).StatusCode);
    }

    [Fact]
    public async Task Logging_out_ends_the_access_token_too()
    {
        var person = await secure.NewPerson();
        Assert.Equal(HttpStatusCode.OK, (await person.Http.GetAsync("/api/account")).StatusCode);
        using var answer = await person.Http.PostAsJsonAsync("/api/auth/logout", new { refresh_token = person.RefreshToken });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(await SecureApp.TimeUntilRefused(person.Http) <= Promised);
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryRefresh(person.RefreshToken)).StatusCode);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_all()
    {
        var first = await secure.NewPerson();
        var second = await secure.LogIn(first.Email);
        var third = await secure.LogIn(first.Email);
        var sessions = (await second.Http.Get("/api/account/sessions"))["items"]!.AsArray();
        Assert.Equal(3, sessions.Count);
        Assert.True((bool)sessions[1]!["current"]!);

        using (var ended = await second.Http.DeleteAsync($"/api/account/sessions/{sessions[2]!["id"]}"))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.True(await SecureApp.TimeUntilRefused(first.Http) <= Promised);
        Assert.Equal(2, (await second.Http.Get("/api/account/sessions"))["items"]!.AsArray().Count);

        using (var all = await second.Http.DeleteAsync("/api/account/sessions"))
            Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);
        Assert.True(await SecureApp.TimeUntilRefused(second.Http) <= Promised);
        Assert.True(await SecureApp.TimeUntilRefused(third.Http) <= Promised);
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryRefresh(third.RefreshToken)).StatusCode);
    }

    [Fact]
    public async Task Nobody_ends_anothers_session()
    {
        var victim = await secure.NewPerson();
        var thief = await secure.NewPerson();
        var session = (await victim.Http.Get("/api/account/sessions"))["items"]![0]!["id"];
        using var answer = await thief.Http.DeleteAsync($"/api/account/sessions/{session}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var logout = await thief.Http.PostAsJsonAsync("/api/auth/logout", new { refresh_token = victim.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, (await secure.TryRefresh(victim.RefreshToken)).StatusCode);
    }

    [Fact]
    public async Task Disabling_ends_everything_within_seconds_and_enabling_needs_a_new_login()
    {
        var person = await secure.NewPerson();
        Assert.Equal(HttpStatusCode.OK, (await person.Http.GetAsync("/api/account")).StatusCode);
        var admin = await secure.App.Admin();
        using (var disabled = await admin.PostAsync($"/api/admin/accounts/{person.UserId}/disable", null))
            Assert.NotNull((string?)(await disabled.Expect(HttpStatusCode.OK))["disabled_at"]);

        Assert.True(await SecureApp.TimeUntilRefused(person.Http) <= Promised);
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryRefresh(person.RefreshToken)).StatusCode);
        var (unknown, wrong, disabledLogin) = (
            await secure.TryLogIn("nobody@example.org"), await secure.TryLogIn("admin@bookrec.local"), await secure.TryLogIn(person.Email));
        Assert.Equal(await Shape(unknown), await Shape(disabledLogin));
        Assert.Equal(await Shape(wrong), await Shape(disabledLogin));

        using (var enabled = await admin.PostAsync($"/api/admin/accounts/{person.UserId}/enable", null))
            Assert.Null((string?)(await enabled.Expect(HttpStatusCode.OK))["disabled_at"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.Http.GetAsync("/api/account")).StatusCode);
        Assert.NotNull(await secure.LogIn(person.Email));
    }

    [Fact]
    public async Task Promoting_and_demoting_take_effect_within_seconds()
    {
        var person = await secure.NewPerson();
        var admin = await secure.App.Admin();
        await SetRole(admin, person.UserId, "admin");
        Assert.True(await SecureApp.TimeUntilRefused(person.Http) <= Promised);
        using var refreshed = await secure.TryRefresh(person.RefreshToken);
        var promoted = secure.Session(person.Email, await refreshed.Expect(HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.OK, (await promoted.Http.GetAsync("/api/admin/accounts")).StatusCode);

        await SetRole(admin, person.UserId, "user");
        Assert.True(await SecureApp.TimeUntilRefused(promoted.Http, "/api/admin/accounts") <= Promised);
        using var again = await secure.TryRefresh(promoted.RefreshToken);
        var demoted = secure.Session(person.Email, await again.Expect(HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.Forbidden, (await demoted.Http.GetAsync("/api/admin/accounts")).StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        var admin = await secure.App.Admin();
        var me = (string)(await admin.Get("/api/account"))["user_id"]!;
        foreach (var other in await Administrators(admin))
            if (other != me)
                await SetRole(admin, Guid.Parse(other), "user");
        using var demoted = await admin.PutAsJsonAsync($"/api/admin/accounts/{me}/role", new { role = "user" });
        Assert.Equal(HttpStatusCode.Conflict, demoted.StatusCode);
        using var disabled = await admin.PostAsync($"/api/admin/accounts/{me}/disable", null);
        Assert.Equal(HttpStatusCode.Conflict, disabled.StatusCode);
        using var erased = await admin.DeleteAsync("/api/account");
        Assert.Equal(HttpStatusCode.Conflict, erased.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/account")).StatusCode);
    }

    [Fact]
    public async Task Changing_the_password_ends_the_other_sessions()
    {
        const string next = "a rather different phrase";
        var here = await secure.NewPerson();
        var elsewhere = await secure.LogIn(here.Email);
        using (var wrong = await here.Http.PostAsJsonAsync("/api/account/password", new { current_password = "not the password", new_password = next }))
            Assert.NotNull((await wrong.Expect(HttpStatusCode.BadRequest))["errors"]!["current_password"]);
        using (var common = await here.Http.PostAsJsonAsync("/api/account/password", new { current_password = SecureApp.Password, new_password = "password2024" }))
            Assert.NotNull((await common.Expect(HttpStatusCode.BadRequest))["errors"]!["new_password"]);
        using (var address = await here.Http.PostAsJsonAsync("/api/account/password", new { current_password = SecureApp.Password, new_password = here.Email }))
            Assert.NotNull((await address.Expect(HttpStatusCode.BadRequest))["errors"]!["new_password"]);
        using (var changed = await here.Http.PostAsJsonAsync("/api/account/password", new { current_password = SecureApp.Password, new_password = next }))
            Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);

        Assert.True(await SecureApp.TimeUntilRefused(elsewhere.Http) <= Promised);
        Assert.Equal(HttpStatusCode.OK, (await here.Http.GetAsync("/api/account")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryLogIn(here.Email)).StatusCode);
        Assert.NotNull(await secure.LogIn(here.Email, next));
    }

    [Fact]
    public async Task An_administrator_creates_accounts_in_any_role_and_finds_them()
    {
        var admin = await secure.App.Admin();
        var email = $"Librarian-{Guid.NewGuid():N}@example.org";
        using var created = await admin.PostAsJsonAsync("/api/admin/accounts", new { email, password = SecureApp.Password, role = "admin" });
        var account = await created.Expect(HttpStatusCode.Created);
        var found = Assert.Single((await admin.Get($"/api/admin/accounts?email={Uri.EscapeDataString(email.ToUpperInvariant())}"))["items"]!.AsArray());
        Assert.Equal((string)account["user_id"]!, (string)found!["user_id"]!);
        var librarian = await secure.LogIn(email);
        Assert.Equal(HttpStatusCode.OK, (await librarian.Http.GetAsync("/api/admin/audit")).StatusCode);

        var entries = (await librarian.Http.Get($"/api/admin/audit?target={account["user_id"]}"))["items"]!.AsArray();
        var entry = Assert.Single(entries)!;
        Assert.Equal("POST /api/admin/accounts", (string)entry["action"]!);
        Assert.Equal(201, (int)entry["status"]!);
        await SetRole(admin, (Guid)account["user_id"]!, "user");
    }

    private static async Task<IReadOnlyList<string>> Administrators(HttpClient admin)
    {
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await admin.Get($"/api/admin/accounts?limit=100{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page["items"]!.AsArray().Where(a => (string)a!["role"]! == "admin").Select(a => (string)a!["user_id"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return found;
    }

    private static async Task SetRole(HttpClient admin, Guid account, string role)
    {
        using var answer = await admin.PutAsJsonAsync($"/api/admin/accounts/{account}/role", new { role });
        Assert.Equal(role, (string)(await answer.Expect(HttpStatusCode.OK))["role"]!);
    }

    /// <summary>All that an attacker sees of a refusal, without what differs between any two requests.</summary>
    private static async Task<string> Shape(HttpResponseMessage answer)
    {
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        body.Remove("request_id");
        var headers = answer.Headers.Select(h => h.Key).Where(h => h is not ("X-Request-Id" or "Date")).Order();
        return $"{(int)answer.StatusCode} {string.Join(' ', headers)} {body}";
    }
}
