using System.Net;
using BookRec.Tests.Deploy;
using BookRec.Tests.Support;

namespace BookRec.Tests.Security;

/// <summary>slowhttptest against NGINX and the running service behind it.</summary>
[Collection(nameof(SecureApp))]
public sealed class SlowClientTests(SecureApp secure, ITestOutputHelper output)
{
    private const int Connections = 150;
    private const int Seconds = 8;

    /// <summary>Slow headers, slow bodies and overlapping ranges, all at the same time.</summary>
    [Fact]
    public async Task While_slow_clients_hold_on_to_their_connections_others_are_answered()
    {
        var person = await secure.NewPerson();
        await using var nginx = await RunningNginx.Start([secure.App.Port]);
        nginx.Client.DefaultRequestHeaders.Authorization = person.Http.DefaultRequestHeaders.Authorization;
        string[][] attacks = [["-H", "-u", $"{nginx.Address}api/live"], ["-B", "-u", $"{nginx.Address}api/auth/login"], ["-R", "-u", $"{nginx.Address}api/live"]];
        var attackers = attacks.Select(attack => ServerProcess.Start(
            "slowhttptest", [.. attack, "-c", $"{Connections}", "-r", $"{Connections}", "-i", "1", "-l", $"{Seconds}"])).ToList();

        var answered = 0;
        while (attackers.Any(a => !a.HasExited))
        {
            using var list = await nginx.Client.GetAsync("/api/recommendations/top", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, list.StatusCode);
            await nginx.Client.Record(1 + (answered % 50), "view");
            answered++;
        }

        output.WriteLine($"{answered} lists");
        Assert.True(answered > 0);
        foreach (var attacker in attackers)
        {
            await attacker.Exit();
            output.WriteLine(attacker.Output);

            // It got through to somebody whom it could attack.
            Assert.DoesNotContain("Connection refused", attacker.Output, StringComparison.Ordinal);
            await attacker.DisposeAsync();
        }
    }
}
