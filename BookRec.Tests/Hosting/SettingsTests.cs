using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.State;
using BookRec.Hosting;
using BookRec.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace BookRec.Tests.Hosting;

/// <summary>A setting that cannot be used is named, in one line; a typo is never silent.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var settings = SettingsReader.BindHost(Configuration());
        Assert.Equal(HostMode.Embedded, settings.Mode);
        Assert.Equal(TimeSpan.FromMinutes(30), settings.Tokens.AccessTokenLifetime);
    }

    [Fact]
    public void Settings_are_read_whatever_their_case()
    {
        var settings = SettingsReader.BindHost(Configuration(
            ("bookrec:mode", "embedded"),
            ("BookRec:Database:Engine", "PostgreSql"),
            ("BookRec:Tokens:AccessTokenLifetime", "00:10:00"),
            ("BookRec:Training:Whatever", "is the silo's to read")));
        Assert.Equal("PostgreSql", settings.Database.Engine);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Tokens.AccessTokenLifetime);
    }

    [Theory]
    [InlineData("BookRec:Mod", "Embedded")]
    [InlineData("BookRec:Trainig:Factors", "64")]
    [InlineData("BookRec:Tokens:Signingkey2", "x")]
    [InlineData("BookRec:Database:Engin", "Sqlite")]
    [InlineData("BookRec:Mode:Deeper", "x")]
    [InlineData("BookRec:Mode", "Clustered")]
    [InlineData("BookRec:Mode", "1")]
    [InlineData("BookRec:Database", "Sqlite")]
    [InlineData("BookRec:Database:Engine", "Oracle")]
    [InlineData("BookRec:DataDirectory", "")]
    [InlineData("BookRec:Tokens:AccessTokenLifetime", "soon")]
    [InlineData("BookRec:Tokens:AccessTokenLifetime", "00:00:01")]
    [InlineData("BookRec:Tokens:SigningKey", "c2hvcnQ=")]
    [InlineData("BookRec:Tokens:SigningKey", "not base64")]
    [InlineData("BookRec:Tokens:Issuer", "")]
    [InlineData("BookRec:Logging:Level", "loud")]
    public void What_cannot_be_used_is_named(string key, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => SettingsReader.BindHost(Configuration((key, value))));
        Assert.StartsWith(key == "BookRec:Trainig:Factors" ? "BookRec:Trainig" : key, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void Cluster_mode_needs_a_signing_key()
    {
        var refused = Assert.Throws<SettingsException>(() => SettingsReader.BindHost(Configuration(("BookRec:Mode", "Cluster"))));
        Assert.Contains("BookRec:Tokens:SigningKey", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_cluster_shares_is_known_to_the_hosts()
    {
        var shared = SharedSettings.Read(File.ReadAllLines(Repository.PathOf("deploy", "cluster.env")), SharedServers.Variables(new SharedAddresses(1, 2, 3, 4), "test"));
        var configuration = Configuration([
            ("BookRec:Tokens:SigningKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            .. shared.Select(s => (s.Key.Replace("__", ":", StringComparison.Ordinal), s.Value)),
        ]);

        var settings = SettingsReader.BindHost(configuration);

        Assert.Equal(HostMode.Cluster, settings.Mode);
        Assert.Equal("bookrec/production", settings.Secrets.Name);
        Assert.Equal("http://127.0.0.1:3", AwsEndpoint.Of("S3", configuration).Url);
    }

    [Fact]
    public void Sections_of_others_are_as_strict()
    {
        var settings = SettingsReader.BindSection<Sample>(Configuration(("BookRec:Sample:Factors", "32"), ("BookRec:Sample:Weights:like", "2.5")), "Sample");
        Assert.Equal(32, settings.Factors);
        Assert.Equal(2.5, settings.Weights["like"]);

        foreach (var (key, value) in new[] { ("Factor", "32"), ("Factors", "many"), ("Factors", "0"), ("Weights:like", "a lot"), ("Nested:Lower", "9"), ("Nested:X", "1") })
        {
            var refused = Assert.Throws<SettingsException>(() => SettingsReader.BindSection<Sample>(Configuration(($"BookRec:Sample:{key}", value)), "Sample"));
            Assert.StartsWith($"BookRec:Sample:{key}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Secrets_do_not_print()
    {
        var key = Convert.ToBase64String(new byte[32]);
        var settings = SettingsReader.BindHost(Configuration(("BookRec:Tokens:SigningKey", key), ("BookRec:Database:ConnectionString", "Password=secret")));
        Assert.DoesNotContain(key, settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "--port", "9000", "--data", "there" }, new[] { "--urls=http://127.0.0.1:9000", "--BookRec:DataDirectory=there" })]
    [InlineData(new[] { "--port=9000" }, new[] { "--urls=http://127.0.0.1:9000" })]
    [InlineData(new[] { "--BookRec:Mode=Cluster" }, new[] { "--BookRec:Mode=Cluster" })]
    public void Switches_stand_for_settings(string[] args, string[] expanded) => Assert.Equal([CommandLine.ReadOnce, .. expanded], CommandLine.Expand(args));

    [Theory]
    [InlineData("--prot", "--prot", "9000")]
    [InlineData("--port", "--port", "x")]
    [InlineData("--port", "--port", "65536")]
    [InlineData("--port", "--port")]
    [InlineData("--data", "--data=")]
    [InlineData("serve", "serve")]
    public void Switches_that_are_none_are_named(string named, params string[] args)
        => Assert.Contains(named, Assert.Throws<SettingsException>(() => CommandLine.Expand(args)).Message, StringComparison.Ordinal);

    private static IConfiguration Configuration(params (string Key, string Value)[] settings)
        => new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build();

    private sealed record Sample
    {
        [Range(1, 512)]
        public int Factors { get; init; } = 64;

        public Dictionary<string, double> Weights { get; init; } = [];

        public Inner Nested { get; init; } = new();
    }

    private sealed record Inner : IValidatableObject
    {
        public int Lower { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Lower > 5)
                yield return new ValidationResult("is too much", [nameof(Lower)]);
        }
    }
}
