using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using BookRec.Cli;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.State;
using BookRec.Tests.Support;
using Microsoft.AspNetCore.Http;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace BookRec.Tests.Deploy;

/// <summary>The containers and <c>cluster up</c> are one configuration. No container engine runs here: the file is parsed and compared.</summary>
public sealed partial class ComposeTests
{
    static readonly Lazy<Dictionary<string, object>> Compose = new(() =>
    {
        var parser = new MergingParser(new Parser(new StringReader(File.ReadAllText(Repository.PathOf("docker-compose.yml")))));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(parser);
    });

    static Dictionary<object, object> Services => (Dictionary<object, object>)Compose.Value["services"];

    static IReadOnlyList<string> SharedLines => File.ReadAllLines(Repository.PathOf("deploy", "cluster.env"));

    [Fact]
    public void The_set_of_services_is_the_one_of_cluster_up()
        => Assert.Equal(["api", "localstack", "nginx", "postgres", "redis", "silo"], Services.Keys.Cast<string>().Where(name => !Service(name).ContainsKey("profiles")).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("silo")]
    [InlineData("demo")]
    [InlineData("api")]
    public void Silos_and_web_apis_read_the_shared_settings_and_can_be_scaled(string name)
    {
        var service = Service(name);

        Assert.Equal("deploy/cluster.env", service["env_file"]);
        Assert.DoesNotContain("ports", service.Keys);
        Assert.DoesNotContain("container_name", service.Keys);
        Assert.Equal("true", service["read_only"]);
    }

    [Fact]
    public void Only_nginx_is_reached_from_outside()
        => Assert.Equal(["nginx"], Services.Keys.Cast<string>().Where(name => Service(name).TryGetValue("ports", out var ports)
            && !((List<object>)ports).All(port => ((string)port).StartsWith("127.0.0.1:", StringComparison.Ordinal))));

    [Fact]
    public void Every_image_has_a_version()
        => Assert.All(
            Services.Keys.Cast<string>().Select(Service).Where(s => s.ContainsKey("image")),
            service => Assert.Matches(@":(v?\d[\w.-]*|\$\{BOOKREC_VERSION:-\d[\d.]*\})$", (string)service["image"]));

    [Fact]
    public void Cluster_up_knows_every_variable_of_the_shared_settings()
    {
        var given = SharedSettings.Read(SharedLines, SharedServers.Variables(new SharedAddresses(1, 2, 3, 4), "test"));

        Assert.Equal(SharedLines.Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('=')[0]), given.Keys);
        Assert.DoesNotContain(given.Values, value => value.Contains('$', StringComparison.Ordinal));
        Assert.Equal("Host=127.0.0.1;Port=1;Database=bookrec;Username=bookrec", given["BookRec__Database__ConnectionString"]);
        Assert.Equal("127.0.0.1:2", given["BookRec__Redis__Endpoint"]);
        Assert.Equal("http://127.0.0.1:3", given["AWS_ENDPOINT_URL_S3"]);
        Assert.Equal("http://127.0.0.1:4", given["AWS_ENDPOINT_URL_SECRETS_MANAGER"]);
    }

    [Fact]
    public void The_shared_settings_lead_to_the_services_by_themselves()
    {
        // As compose reads them without a .env.
        var text = string.Join('\n', SharedLines);

        Assert.Contains("${POSTGRES_HOST:-postgres}", text, StringComparison.Ordinal);
        Assert.Contains("${REDIS_HOST:-redis}", text, StringComparison.Ordinal);
        Assert.All(["postgres", "redis", "localstack"], name => Assert.Contains(name, Services.Keys.Cast<string>()));
    }

    [Fact]
    public void The_example_has_every_variable_and_no_other()
    {
        var example = File.ReadAllLines(Repository.PathOf(".env.example")).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('=')[0]).ToHashSet();
        var used = Variable().Matches(File.ReadAllText(Repository.PathOf("docker-compose.yml")) + string.Join('\n', SharedLines.Where(l => l[0] != '#')))
            .Select(match => match.Groups[1].Value).ToHashSet();

        // One of compose's own.
        Assert.Equal(used.Append("COMPOSE_PROFILES").Order(StringComparer.Ordinal), example.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_example_has_no_sample_signing_key_and_an_empty_one_is_made_anew()
    {
        Assert.Contains("JWT_SECRET_KEY=", File.ReadAllLines(Repository.PathOf(".env.example")));

        var (first, second) = (await SecretOf("", isThere: false), await SecretOf("", isThere: true));
        Assert.Equal(32, Convert.FromBase64String(first["jwt_secret_key"]).Length);
        Assert.NotEqual(first["jwt_secret_key"], second["jwt_secret_key"]);
        Assert.Equal("a key", (await SecretOf("a key", isThere: false))["jwt_secret_key"]);
        Assert.Equal(("of postgres", "of redis"), (first["postgres_password"], first["redis_password"]));
    }

    /// <summary>What the script that LocalStack runs puts into the secret, whether it makes or changes it.</summary>
    static async Task<Dictionary<string, string>> SecretOf(string key, bool isThere)
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-localstack-").FullName;
        var script = Repository.PathOf("deploy", "localstack", "init.sh");
        var awslocal = Path.Combine(folder, "awslocal");
        await File.WriteAllTextAsync(awslocal, $"#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >>{folder}/calls\ncase $* in *head-bucket*|*create-secret*) {(isThere ? "[[ $* == *head-bucket* ]]" : "[[ $* == *create-secret* ]]")} ;; esac\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(awslocal, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Assert.True(File.GetUnixFileMode(script).HasFlag(UnixFileMode.OtherExecute), "LocalStack runs it as it is mounted.");
        }

        var start = new ProcessStartInfo(script);
        foreach (var (name, value) in ((string, string)[])[("PATH", $"{folder}:{Environment.GetEnvironmentVariable("PATH")}"), ("BOOKREC_BUCKET", "models"), ("BOOKREC_SECRET", "name"), ("JWT_SECRET_KEY", key), ("POSTGRES_PASSWORD", "of postgres"), ("REDIS_PASSWORD", "of redis")])
            start.Environment[name] = value;
        await Tool.Run(start);

        var calls = await File.ReadAllLinesAsync(Path.Combine(folder, "calls"));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(!isThere, calls.Contains("s3 mb s3://models"));
        var last = calls[^1];
        Assert.StartsWith(isThere ? "secretsmanager put-secret-value --secret-id name" : "secretsmanager create-secret --name name", last, StringComparison.Ordinal);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(last[last.IndexOf('{', StringComparison.Ordinal)..])!;
    }

    [Fact]
    public void Every_service_has_its_limits()
        => Assert.All(Services.Keys.Cast<string>(), name =>
        {
            var limits = (Dictionary<object, object>)((Dictionary<object, object>)((Dictionary<object, object>)Service(name)["deploy"])["resources"])["limits"];
            Assert.Equal(["cpus", "memory"], limits.Keys.Cast<string>().Order(StringComparer.Ordinal));
        });

    [Fact]
    public void Nginx_gets_the_template_and_a_value_for_every_name_in_it()
    {
        var nginx = Service("nginx");
        var values = SharedSettings.Read(File.ReadLines(Repository.PathOf((string)nginx["env_file"])), new Dictionary<string, string>())
            .Concat(((Dictionary<object, object>)nginx["environment"]).Select(v => KeyValuePair.Create((string)v.Key, (string)v.Value)))
            .ToDictionary();

        var rendered = NginxTemplate.Render(File.ReadAllText(Repository.PathOf("nginx", "bookrec.conf.template")), values);

        Assert.Contains("server api:8000", rendered, StringComparison.Ordinal);
        // NGINX refuses names that it is to look up again where the processes of one upstream cannot share what was found.
        Assert.All(Upstream().Matches(rendered).Select(m => m.Value), upstream =>
        {
            Assert.Contains("resolver 127.0.0.11 ", upstream, StringComparison.Ordinal);
            Assert.Contains("server api:8000 resolve ", upstream, StringComparison.Ordinal);
            Assert.Contains(" zone ", upstream, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Nginx_answers_for_localhost_with_the_template_and_not_with_its_own_page()
    {
        var mount = ((List<object>)Service("nginx")["volumes"]).Cast<string>().Single(v => v.StartsWith("./nginx/bookrec.conf.template:", StringComparison.Ordinal)).Split(':')[1];
        Assert.Equal("/etc/nginx/templates", Path.GetDirectoryName(mount));
        await using var api = await TinyServer.Start(context => context.Response.WriteAsync("ours"));
        await using var nginx = await RunningNginx.StartBesideItsDefault(Path.GetFileNameWithoutExtension(mount), [api.Port]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/books") { Headers = { Host = "localhost:8080" } };

        using var answer = await nginx.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("ours", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A silo that starts empties its spool.</summary>
    [Theory]
    [InlineData("silo")]
    [InlineData("demo")]
    public void Silos_share_no_folder_of_uploads(string name)
    {
        var image = Dockerfile.Parse(File.ReadAllText(Repository.PathOf("deploy", "Dockerfile")));
        var data = DataDirectory().Match(image["silo"].Last("ENV").Arguments).Groups[1].Value;

        // Without a name: one for each container.
        Assert.Contains($"{data}/spool", (List<object>)Service(name)["volumes"]);
        // Where the image has the folder its owner is kept, and a silo is not root.
        Assert.Contains(image["build"].Own, i => i.Name == "RUN" && i.Arguments.Contains("mkdir -p /empty/spool", StringComparison.Ordinal));
        Assert.Contains(image["silo"].All, i => i.Name == "COPY" && i.Arguments.EndsWith($"--chown=$APP_UID:$APP_UID /empty {data}", StringComparison.Ordinal));
    }

    /// <summary>ASP.NET takes up to 30 s to drain; Docker kills after ten unless told otherwise.</summary>
    [Theory]
    [InlineData("silo")]
    [InlineData("demo")]
    [InlineData("api")]
    public void What_stops_has_time_to_end_well(string name)
        => Assert.True(int.Parse(((string)Service(name)["stop_grace_period"]).TrimEnd('s'), CultureInfo.InvariantCulture) >= 35);

    /// <summary>Its image changes the user only where the first program is Redis itself, and a shell comes first.</summary>
    [Fact]
    public void Redis_is_not_run_by_root() => Assert.Equal("redis", Service("redis")["user"]);

    [Fact]
    public void Prometheus_finds_every_silo_and_web_api_by_its_service()
    {
        var jobs = ((List<object>)new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(Repository.PathOf("deploy", "monitoring", "prometheus.yml")))["scrape_configs"])
            .Cast<Dictionary<object, object>>().Where(job => job.ContainsKey("dns_sd_configs"))
            .ToDictionary(job => (string)job["job_name"], job => ((List<object>)job["dns_sd_configs"]).Cast<Dictionary<object, object>>().SelectMany(found => (List<object>)found["names"]).Cast<string>());

        foreach (var (job, names) in jobs)
            Assert.Equal(
                Services.Keys.Cast<string>().Where(name => ((string)Service(name)["image"]).StartsWith($"bookrec/{job}:", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                names.Order(StringComparer.Ordinal));
        Assert.Equal(["bookrec-api", "bookrec-silo"], jobs.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whatever_others_wait_for_says_when_it_is_well()
    {
        var awaited = Services.Keys.Cast<string>().Select(Service).Where(s => s.ContainsKey("depends_on")).SelectMany(s => (Dictionary<object, object>)s["depends_on"]).ToList();

        Assert.All(awaited, on => Assert.Equal("service_healthy", ((Dictionary<object, object>)on.Value)["condition"]));
        Assert.All(awaited.Select(on => (string)on.Key).Append("nginx").Distinct(), name => Assert.Contains("healthcheck", Service(name).Keys));
    }

    [Fact]
    public void A_template_that_asks_for_more_is_refused()
        => Assert.Throws<CliException>(() => NginxTemplate.Render("listen ${BOOKREC_LISTEN};", new Dictionary<string, string>()));

    static Dictionary<object, object> Service(string name) => (Dictionary<object, object>)Services[name];

    [GeneratedRegex(@"^upstream .*?^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Upstream();

    [GeneratedRegex(@"BookRec__DataDirectory=(\S+)")]
    private static partial Regex DataDirectory();

    /// <summary>A dollar sign doubled is the container's own.</summary>
    [GeneratedRegex(@"(?<!\$)\$\{([A-Z0-9_]+)")]
    private static partial Regex Variable();
}
