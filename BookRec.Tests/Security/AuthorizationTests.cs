using System.Net;
using System.Net.Http.Json;
using System.Text;
using BookRec.Tests.Support;

namespace BookRec.Tests.Security;

/// <summary>Every operation of the running service, tried by everybody.</summary>
[Collection(nameof(SecureApp))]
public sealed class AuthorizationTests(SecureApp secure)
{
    [Fact]
    public async Task Every_operation_lets_in_whom_its_description_names_and_nobody_else()
    {
        var operations = (await Operation.All(secure.App.Http)).Where(o => o.Name != "POST /api/admin/retrain").OrderBy(o => o.EndsTheSession).ThenBy(o => o.EndsTheAccount).ToList();
        Assert.True(operations.Count >= 35, $"only {operations.Count} operations");
        var admin = await secure.App.Admin();
        var user = await secure.NewPerson();
        var disabled = await secure.NewPerson();
        var librarian = await secure.NewPerson();
        await (await admin.PostAsync($"/api/admin/accounts/{disabled.UserId}/disable", null)).Expect(HttpStatusCode.OK);
        await (await admin.PutAsJsonAsync($"/api/admin/accounts/{librarian.UserId}/role", new { role = "admin" })).Expect(HttpStatusCode.OK);
        librarian = await secure.LogIn(librarian.Email);

        foreach (var operation in operations)
        {
            Assert.Equal(operation.Guarded, await Try(secure.App.Http, operation) == HttpStatusCode.Unauthorized);
            Assert.Equal(operation.Guarded, await Try(disabled.Http, operation) == HttpStatusCode.Unauthorized);
            Assert.Equal(operation.Guarded, await Try(secure.Client("forged.token.here"), operation) == HttpStatusCode.Unauthorized);
            Assert.True(await Try(user.Http, operation) is var byUser && byUser == HttpStatusCode.Forbidden == operation.ForAdmins && byUser != HttpStatusCode.Unauthorized, $"{operation.Name} by a user: {byUser}");
            Assert.True(await Try(librarian.Http, operation) is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{operation.Name} by an admin");
            if (operation.Name == "DELETE /api/account/sessions")
            {
                user = await secure.LogIn(user.Email);
                librarian = await secure.LogIn(librarian.Email);
            }
        }
    }

    [Fact]
    public async Task Nobody_reaches_what_is_anothers()
    {
        var (owner, thief) = (await secure.NewPerson(), await secure.NewPerson());
        var mine = await owner.Http.Record(1, "like");
        using var deleted = await thief.Http.DeleteAsync($"/api/interactions/{mine["id"]}");
        Assert.Equal(HttpStatusCode.NotFound, deleted.StatusCode);
        Assert.Equal(1, await owner.Http.HistoryLength());
        Assert.Equal(0, await thief.Http.HistoryLength());
        Assert.DoesNotContain(owner.Email, (await thief.Http.Get("/api/account/export")).ToString(), StringComparison.Ordinal);

        // A cursor is a position in one's own list.
        for (var i = 2; i < 4; i++)
            await owner.Http.Record(i, "like");
        var cursor = (string)(await owner.Http.Get("/api/interactions/me?limit=1"))["next_cursor"]!;
        using var borrowed = await thief.Http.GetAsync($"/api/interactions/me?limit=1&cursor={cursor}");
        Assert.Equal(HttpStatusCode.BadRequest, borrowed.StatusCode);

        // A key is one's own, too: the same key of somebody else is another key.
        await owner.Http.Record(4, "like", key: "the-same-key");
        await thief.Http.Record(5, "like", key: "the-same-key");
    }

    [Fact]
    public async Task No_body_takes_a_field_it_does_not_describe()
    {
        var admin = await secure.App.Admin();
        var tried = 0;
        foreach (var operation in (await Operation.All(secure.App.Http)).Where(o => o.Body is not null))
        {
            foreach (var field in (string[])["role", "id", "user_id", "is_admin", "Email", "password_hash"])
            {
                if (operation.Body!["properties"]!.AsObject().ContainsKey(field))
                    continue;
                using var answer = await Send(admin, operation, $$"""{"{{field}}": "admin"}""");
                var problem = await answer.Expect(HttpStatusCode.BadRequest);
                Assert.NotNull(problem["errors"]?[field]);
                tried++;
            }
        }

        Assert.True(tried >= 40, $"only {tried}");
    }

    private static async Task<HttpStatusCode> Try(HttpClient client, Operation operation)
    {
        using var answer = await Send(client, operation, "{}");
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> Send(HttpClient client, Operation operation, string body)
    {
        // Names nothing that is there.
        var path = operation.Path
            .Replace("{version}", "none", StringComparison.Ordinal)
            .Replace("{id}", operation.Path.StartsWith("/api/books", StringComparison.Ordinal) || operation.Path.StartsWith("/api/int", StringComparison.Ordinal) || operation.Path.Contains("similar", StringComparison.Ordinal) ? "999999999" : $"{Guid.NewGuid()}", StringComparison.Ordinal);
        var request = new HttpRequestMessage(operation.Method, path);
        if (operation.BodyType is { } type)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        return client.SendAsync(request);
    }
}
