using System.Text.Json.Nodes;
using BookRec.Tests.Support;
using YamlDotNet.Serialization;

namespace BookRec.Tests.Observability;

/// <summary>What stands in deploy/monitoring.</summary>
static class Monitoring
{
    public static string Folder { get; } = Repository.PathOf("deploy", "monitoring");

    /// <summary>Prometheus' own, and those of the exporters of NGINX, PostgreSQL and Redis that we ask for, as their documents name them.</summary>
    public static IReadOnlyCollection<string> OfOthers { get; } =
    [
        "up",
        "nginx_connections_reading", "nginx_connections_waiting", "nginx_connections_writing", "nginx_http_requests_total", "nginx_up",
        "pg_up", "pg_database_size_bytes", "pg_locks_count", "pg_settings_max_connections", "pg_stat_activity_count", "pg_stat_database_blks_hit",
        "pg_stat_database_blks_read", "pg_stat_database_deadlocks", "pg_stat_database_tup_deleted", "pg_stat_database_tup_fetched",
        "pg_stat_database_tup_inserted", "pg_stat_database_tup_updated", "pg_stat_database_xact_commit", "pg_stat_database_xact_rollback",
        "redis_aof_enabled", "redis_aof_last_write_status", "redis_commands_processed_total", "redis_connected_clients", "redis_memory_used_bytes", "redis_up",
    ];

    public static IReadOnlyList<(string File, JsonObject Content)> Dashboards { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder, "dashboards"), "*.json").Select(file => (Path.GetFileName(file), JsonNode.Parse(File.ReadAllText(file))!.AsObject()))];

    public static IReadOnlyList<Alert> Alerts { get; } = [.. new DeserializerBuilder().IgnoreUnmatchedProperties().Build()
        .Deserialize<RuleFile>(File.ReadAllText(Path.Combine(Folder, "rules.yml"))).groups.SelectMany(g => g.rules)];

    /// <summary>Of dashboards and alerts, Grafana's variables replaced by what they stand for.</summary>
    public static IEnumerable<(string Where, string Expression)> Expressions
        => Dashboards.SelectMany(d => d.Content["panels"]!.AsArray().SelectMany(p => p!["targets"]!.AsArray().Select(t => ($"{d.File}, {p["title"]}", Concrete((string)t!["expr"]!)))))
            .Concat(Alerts.Select(a => (a.alert, a.expr)));

    static string Concrete(string expression) => expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal);

#pragma warning disable IDE1006 // As Prometheus spells them.
    public sealed class RuleFile
    {
        public List<RuleGroup> groups { get; init; } = [];
    }

    public sealed class RuleGroup
    {
        public List<Alert> rules { get; init; } = [];
    }

    public sealed class Alert
    {
        public string alert { get; init; } = "";

        public string expr { get; init; } = "";

        public Dictionary<string, string> labels { get; init; } = [];

        public Dictionary<string, string> annotations { get; init; } = [];
    }
#pragma warning restore IDE1006
}
