using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>NGINX before the web APIs, on the port that people use.</summary>
sealed class Nginx(ClusterContext context, IReadOnlyList<WebApi> apis) : Part(context, "nginx", "front")
{
    public override IReadOnlyList<string> PortUses => ["status"];

    /// <summary>Requests under way are answered, new ones not taken.</summary>
    public override Signal StopSignal => Signal.Quit;

    string Folder => Context.Folder.Of(Name, shared: true);

    /// <summary>Writes the configuration.</summary>
    public override Task Prepare(CancellationToken cancellationToken)
    {
        _ = Write();
        return Task.CompletedTask;
    }

    /// <returns>Whether it or the certificate differs from what was there.</returns>
    public bool Write()
    {
        _ = Context.Folder.Of("tls");
        var renewed = Context.Certificate?.Ensure(Context.Time) ?? false;
        var limits = SharedSettings.Read(File.ReadLines(Context.Installation.PathOf("deploy", "nginx.env")), new Dictionary<string, string>());
        var values = new Dictionary<string, string>(limits
            .Select(limit => KeyValuePair.Create(limit.Key, Environment.GetEnvironmentVariable(limit.Key) ?? limit.Value))
            .Concat(NginxTemplate.Listener($"{ClusterContext.Loopback}:{Context.State.Port}", Context.Certificate))
            .Concat(NginxTemplate.Servers([.. apis.Select(api => api.Port("http"))])))
        {
            ["BOOKREC_STATUS_LISTEN"] = $"{ClusterContext.Loopback}:{Port("status")}",
            ["BOOKREC_INSIDE"] = "allow 127.0.0.0/8;",
            ["BOOKREC_ACCESS_LOG"] = Context.Folder.LogOf("nginx-access"),
            ["BOOKREC_NGINX_FOLDER"] = Folder,
        };
        return Write("nginx.conf", values) | Write("bookrec.conf", values) | renewed;
    }

    public override Launch Launch()
        => new(Installation.Program("nginx", "nginx"), ["-e", "stderr", "-p", Folder, "-c", Path.Combine(Folder, "nginx.conf")], Folder);

    public override Task<string?> Ailment(CancellationToken cancellationToken) => Probe.Ready(Context.State.Url, Context.Certificate?.File, cancellationToken);

    bool Write(string file, Dictionary<string, string> values)
    {
        var text = NginxTemplate.Render(File.ReadAllText(Context.Installation.PathOf("nginx", file + ".template")), values);
        var path = Path.Combine(Folder, file);
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return false;
        File.WriteAllText(path, text);
        return true;
    }
}
