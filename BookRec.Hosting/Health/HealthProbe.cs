using System.Net;

namespace BookRec.Hosting.Health;

/// <summary><c>--health</c>: asks the process of the same container whether it is ready, for images that have no other program to ask with.</summary>
public static class HealthProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static bool IsMeant(string[] args) => args is ["--health", ..];

    /// <param name="args"><c>--health [PORT]</c>; without a port the first of <c>ASPNETCORE_HTTP_PORTS</c>.</param>
    /// <returns>The exit code: 0 when it is ready, 1 when it is not, with the reason on <paramref name="error"/>.</returns>
    public static async Task<int> Run(string[] args, TextWriter error)
    {
        var port = args.ElementAtOrDefault(1) ?? Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0];
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/api/ready"));
            if (answer.StatusCode == HttpStatusCode.OK)
                return 0;
            await error.WriteLineAsync(await answer.Content.ReadAsStringAsync());
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            await error.WriteLineAsync(failure.Message);
        }

        return 1;
    }
}
