using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;

namespace BookRec.Cli.Chaos;

/// <summary>What there is after the storm: through the API, in the database and on each silo.</summary>
sealed partial class Evidence(HttpClient http)
{
    const int PageSize = 100;

    /// <summary>The numbers under which interaction types are stored.</summary>
    static readonly IReadOnlyDictionary<int, string> Types = new Dictionary<int, string>
    {
        [1] = "view",
        [2] = "want_to_read",
        [3] = "started",
        [4] = "finished",
        [5] = "like",
    };

    /// <summary>A reader's whole history, page by page.</summary>
    public async Task<IReadOnlyList<StoredRow>> History(Guid reader, string token, CancellationToken cancellationToken)
    {
        var rows = new List<StoredRow>();
        string? cursor = null;
        do
        {
            var page = await Get($"api/interactions/me?limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", token, cancellationToken);
            rows.AddRange(page["items"]!.AsArray().Select(i => new StoredRow(reader, (long)i!["id"]!, (long)i["book_id"]!, (string)i["type"]!)));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return rows;
    }

    /// <summary>The same from the table itself.</summary>
    public static async Task<IReadOnlyList<StoredRow>> Stored(string connectionString, IReadOnlyList<Guid> readers, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT a.id, i.id, i.book_id, i.type FROM interactions i JOIN accounts a ON a.number = i.reader WHERE a.id = ANY(@readers)", connection);
        command.Parameters.AddWithValue("readers", readers.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StoredRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var type = reader.GetInt16(3);
            rows.Add(new StoredRow(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), Types.GetValueOrDefault(type) ?? $"type {type}"));
        }

        return rows;
    }

    /// <summary>Every training run's id and state.</summary>
    public async Task<IReadOnlyList<(string Id, string State, string? Reason)>> TrainingRuns(string adminToken, CancellationToken cancellationToken)
    {
        var runs = await Get($"api/admin/training-runs?limit={PageSize}", adminToken, cancellationToken);
        return [.. runs["items"]!.AsArray().Select(run => ((string)run!["run_id"]!, (string)run["state"]!, (string?)run["reason"]))];
    }

    public async Task<string?> CommittedModel(string adminToken, CancellationToken cancellationToken)
        => (string?)(await Get("api/admin/model-status", adminToken, cancellationToken))["active"]?["version"];

    /// <summary>The version a silo serves, by its metrics; null when it serves none.</summary>
    public async Task<string?> ModelOf(int port, CancellationToken cancellationToken)
    {
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/api/metrics"), cancellationToken);
        return ActiveModel().Matches(metrics).Where(match => match.Groups["value"].Value == "1").Select(match => match.Groups["version"].Value).SingleOrDefault();
    }

    public async Task<JsonNode> Get(string path, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new CliException($"{path} answered {(int)response.StatusCode}");
        return (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
    }

    [GeneratedRegex("""^bookrec_model_active\{[^}]*version="(?<version>[^"]+)"[^}]*\} (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex ActiveModel();
}
