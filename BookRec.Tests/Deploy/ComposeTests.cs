using System.Text.RegularExpressions;
using BookRec.Cli;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.State;
using BookRec.Tests.Support;
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
    public void The_example_has_no_sample_signing_key_and_an_empty_one_is_made_anew()
    {
        Assert.Contains("JWT_SECRET_KEY=", File.ReadAllLines(Repository.PathOf(".env.example")));
        Assert.Contains("key=${JWT_SECRET_KEY:-$(head --bytes 32 /dev/urandom | base64)}", File.ReadAllText(Repository.PathOf("deploy", "localstack", "init.sh")), StringComparison.Ordinal);
    }

    [Fact]
    public void Nginx_gets_the_template_and_a_value_for_every_name_in_it()
    {
        var nginx = Service("nginx");
        var values = SharedSettings.Read(File.ReadLines(Repository.PathOf((string)nginx["env_file"])), new Dictionary<string, string>())
            .Concat(((Dictionary<object, object>)nginx["environment"]).Select(v => KeyValuePair.Create((string)v.Key, (string)v.Value)))
            .ToDictionary();

        var rendered = NginxTemplate.Render(File.ReadAllText(Repository.PathOf("nginx", "bookrec.conf.template")), values);

        Assert.Contains("server api:8000", rendered, StringComparison.Ordinal);
        Assert.Contains("./nginx/bookrec.conf.template:/etc/nginx/templates/bookrec.conf.template:ro", (List<object>)nginx["volumes"]);
    }

    [Fact]
    public void A_template_that_asks_for_more_is_refused()
        => Assert.Throws<CliException>(() => NginxTemplate.Render("listen ${BOOKREC_LISTEN};", new Dictionary<string, string>()));

    static Dictionary<object, object> Service(string name) => (Dictionary<object, object>)Services[name];

    /// <summary>A dollar sign doubled is the container's own.</summary>
    [GeneratedRegex(@"(?<!\$)\$\{([A-Z0-9_]+)")]
    private static partial Regex Variable();
}
