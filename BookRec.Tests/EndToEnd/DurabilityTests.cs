using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BookRec.Silo.Demo;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>Guarantee 1: what was acknowledged is there once, whenever the process is killed.</summary>
public sealed class DurabilityTests(TestPostgres postgres)
{
    private const int Seed = 20260419;
    private const int Readers = 8;
    private const int Kills = 3;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task What_was_acknowledged_survives_every_kill_exactly_once(DatabaseEngine engine)
    {
        var moments = new Random(Seed);
        await using var app = await RunningApp.Start([.. RunningApp.Small, .. await PostgresTests.SettingsOf(engine, postgres)]);
        var journals = new List<Journal>();
        for (var i = 0; i < Readers; i++)
            journals.Add(new Journal(await app.NewReader(), new Random(Seed + i)));

        for (var kill = 0; kill < Kills; kill++)
        {
            var writing = journals.Select(j => j.WriteUntilCutOff()).ToList();
            await Task.Delay(moments.Next(100, 1500));
            await app.Kill();
            await Task.WhenAll(writing);
            await app.Launch();

            // Whether the cut-off request was stored is unknown to its sender, who sends it again until it is answered.
            await Task.WhenAll(journals.Select(j => j.RetryTheCutOff()));
        }

        Assert.True(journals.Sum(j => j.Acknowledged.Count) > Readers, $"seed {Seed}: too little was written to show anything");
        Assert.Contains(journals, j => j.CutOffs > 0);
        foreach (var journal in journals)
            await journal.IsInTheHistoryExactlyOnce();
    }

    /// <summary>A reader who writes down every answer: no book twice, every request with a key, every fourth a batch.</summary>
    private sealed class Journal(HttpClient reader, Random random)
    {
        private readonly Queue<long> _unread = new(AllBooks(random));
        private Request? _cutOff;
        private int _sent;

        /// <summary>Interactions as they were answered, by id.</summary>
        public Dictionary<long, string> Acknowledged { get; } = [];

        public int CutOffs { get; private set; }

        public async Task WriteUntilCutOff()
        {
            while (_unread.Count > 2)
            {
                _cutOff = new Request($"request {_sent}", [.. Enumerable.Range(0, _sent++ % 4 == 3 ? 3 : 1).Select(_ => _unread.Dequeue())]);
                try
                {
                    Acknowledge(await Send(_cutOff));
                    _cutOff = null;
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    CutOffs++;
                    return;
                }
            }
        }

        public async Task RetryTheCutOff()
        {
            if (_cutOff is null)
                return;
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Send(_cutOff)));
            Assert.Single(answers.Select(a => string.Join('\n', a.Select(i => i.ToJsonString()))).Distinct());
            Acknowledge(answers[0]);
            _cutOff = null;
        }

        public async Task IsInTheHistoryExactlyOnce()
        {
            var history = new List<JsonNode>();
            string? cursor = null;
            do
            {
                var page = await reader.Get($"/api/interactions/me?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
                history.AddRange(page["items"]!.AsArray().Select(i => i!));
                cursor = (string?)page["next_cursor"];
            }
            while (cursor is not null);

            Assert.Equal(
                Acknowledged.OrderBy(a => a.Key).Select(a => a.Value),
                history.OrderBy(i => (long)i["id"]!).Select(i => i.ToJsonString()));
            Assert.Empty((await reader.Top("n=100")).Ids.Intersect(history.Select(i => (long)i["book_id"]!)));
        }

        private void Acknowledge(IEnumerable<JsonNode> stored)
        {
            foreach (var interaction in stored)
                Assert.True(Acknowledged.TryAdd((long)interaction["id"]!, interaction.ToJsonString()), $"{interaction} was given out before");
        }

        /// <returns>The stored interactions.</returns>
        private async Task<IReadOnlyList<JsonNode>> Send(Request request)
        {
            if (request.Books is [var book])
                return [await reader.Record(book, "like", key: request.Key)];
            using var message = new HttpRequestMessage(HttpMethod.Post, "/api/interactions/batch")
            {
                Content = JsonContent.Create(new { items = request.Books.Select(b => new { book_id = b, type = "finished" }) }),
                Headers = { { "Idempotency-Key", request.Key } },
            };
            using var answer = await reader.SendAsync(message);
            return [.. (await answer.Expect(HttpStatusCode.OK))["items"]!.AsArray().Select(i => i!["interaction"]!)];
        }

        /// <summary>The demo's, which are the first in the database.</summary>
        private static long[] AllBooks(Random random)
        {
            long[] books = [.. Enumerable.Range(1, DemoSeed.Catalogue().Count)];
            random.Shuffle(books);
            return books;
        }

        private sealed record Request(string Key, long[] Books);
    }
}
