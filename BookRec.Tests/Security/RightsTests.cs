using System.Net;
using System.Net.Http.Json;
using BookRec.Tests.Support;

namespace BookRec.Tests.Security;

/// <summary>What people may ask about themselves, and how alike refusals are.</summary>
[Collection(nameof(SecureApp))]
public sealed class RightsTests(SecureApp secure, ITestOutputHelper output)
{
    [Fact]
    public async Task Everything_held_about_me_is_exported_and_erased_and_out_of_the_next_model()
    {
        var person = await secure.NewPerson();
        await secure.LogIn(person.Email);
        using (var loggedOut = await person.Http.DeleteAsync($"/api/account/sessions/{await SessionBesides(person)}"))
            Assert.Equal(HttpStatusCode.NoContent, loggedOut.StatusCode);
        await secure.LogIn(person.Email);
        for (var book = 1; book <= 105; book++)
            await person.Http.Record(book, "like", key: $"{book}");
        var export = await person.Http.Get("/api/account/export");
        Assert.Equal(person.Email, (string)export["account"]!["email"]!);
        Assert.Equal(105, export["interactions"]!.AsArray().Count);
        Assert.Equal(2, export["sessions"]!.AsArray().Count);
        Assert.Equal(Enumerable.Range(1, 105).Select(book => $"{book}").Order(), export["idempotency_keys"]!.AsArray().Select(used => (string)used!["key"]!).Order());
        var learnt = await InteractionsOfNextModel();

        using (var erased = await person.Http.DeleteAsync("/api/account"))
            Assert.Equal(HttpStatusCode.NoContent, erased.StatusCode);

        Assert.True(await SecureApp.TimeUntilRefused(person.Http) <= TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryRefresh(person.RefreshToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await secure.TryLogIn(person.Email)).StatusCode);
        Assert.Empty((await (await secure.App.Admin()).Get($"/api/admin/accounts?email={person.Email}"))["items"]!.AsArray());

        // What a training reads.
        await using var database = await secure.Database();
        foreach (var table in (string[])["interactions", "idempotency_keys"])
        {
            await using var orphans = database.CreateCommand();
            orphans.CommandText = $"SELECT COUNT(*) FROM {table} WHERE reader NOT IN (SELECT number FROM accounts)";
            Assert.Equal(0L, await orphans.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        await using var account = database.CreateCommand();
        account.CommandText = "SELECT COUNT(*) FROM accounts WHERE email = @email OR id = @id COLLATE NOCASE";
        account.Parameters.AddWithValue("@email", person.Email);
        account.Parameters.AddWithValue("@id", person.UserId.ToString());
        Assert.Equal(0L, await account.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        await using var sessions = database.CreateCommand();
        sessions.CommandText = "SELECT COUNT(*) FROM OrleansStorage WHERE PayloadBinary IS NULL OR CAST(PayloadBinary AS TEXT) LIKE '%' || @id || '%'";
        sessions.Parameters.AddWithValue("@id", person.UserId.ToString());
        await secure.App.Until(async () => (long)(await sessions.ExecuteScalarAsync(TestContext.Current.CancellationToken))! == 0, "nothing of the account to be left in grain state");

        Assert.Equal(learnt - 105, await InteractionsOfNextModel());

        // The address is free again.
        using var again = await secure.App.Http.PostAsJsonAsync("/api/auth/register", new { email = person.Email, password = SecureApp.Password });
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    /// <summary>How many interactions a training that begins now learns from.</summary>
    private async Task<long> InteractionsOfNextModel()
    {
        var run = await secure.App.Train();
        var versions = (await (await secure.App.Admin()).Get("/api/admin/model-status"))["versions"]!.AsArray();
        return (long)versions.Single(v => (string)v!["version"]! == (string)run["model_version"]!)!["interactions"]!;
    }

    /// <summary>A session of theirs that is not the one that asks.</summary>
    private static async Task<Guid> SessionBesides(Login person)
        => (Guid)(await person.Http.Get("/api/account/sessions"))["items"]!.AsArray().Single(session => !(bool)session!["current"]!)!["id"]!;

    /// <summary>
    /// The area under the curve of a classifier by time: one half where there is nothing to tell the classes apart, 0 or 1 where they separate.
    /// Equal kinds come within the bounds sooner or later, mostly after the first two hundred tries; kinds that differ move away from them with
    /// every further try.
    /// </summary>
    [Fact]
    public async Task Unknown_wrong_and_disabled_take_the_same_time()
    {
        const int fewest = 67, most = 500;
        var known = await secure.NewPerson();
        var disabled = await secure.NewPerson();
        await (await (await secure.App.Admin()).PostAsync($"/api/admin/accounts/{disabled.UserId}/disable", null)).Expect(HttpStatusCode.OK);
        string[] addresses = [known.Email, disabled.Email, "nobody-at-all@example.org"];
        var times = addresses.Select(_ => new List<double>()).ToArray();
        (int One, int Other)[] pairs = [(0, 1), (0, 2), (1, 2)];
        for (var round = 0; round < fewest || (round < most && pairs.Any(Differ)); round++)
        {
            foreach (var kind in Enumerable.Range(0, addresses.Length).Select(k => (k + round) % addresses.Length))
            {
                var began = System.Diagnostics.Stopwatch.GetTimestamp();
                using var answer = await secure.TryLogIn(addresses[kind], "not the password at all");
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                times[kind].Add(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        output.WriteLine($"{times.Sum(t => t.Count)} tries: {string.Join(", ", pairs.Select(p => $"{p.One} against {p.Other} {Area(p):F3}"))}");
        Assert.DoesNotContain(pairs, Differ);

        bool Differ((int One, int Other) pair) => Area(pair) is < 0.45 or > 0.55;

        double Area((int One, int Other) pair)
            => times[pair.One].Sum(a => times[pair.Other].Sum(b => a < b ? 1.0 : a > b ? 0 : 0.5)) / ((double)times[pair.One].Count * times[pair.Other].Count);
    }
}
