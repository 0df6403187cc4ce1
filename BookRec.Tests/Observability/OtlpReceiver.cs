using System.Collections.Concurrent;
using BookRec.Tests.Deploy;
using Microsoft.AspNetCore.Http;

namespace BookRec.Tests.Observability;

/// <summary>Takes traces as a collector does, over OTLP/HTTP, and keeps the spans.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly ConcurrentQueue<Span> spans = new();
    TinyServer? server;

    public string Url => $"http://127.0.0.1:{server!.Port}";

    public async Task Start() => server = await TinyServer.Start(Take);

    public IReadOnlyList<Span> Of(string traceId) => [.. spans.Where(s => s.TraceId == traceId)];

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        foreach (var span in Read(body.ToArray()))
            spans.Enqueue(span);
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>ExportTraceServiceRequest of opentelemetry-proto 1: resource_spans = 1, scope_spans = 2, spans = 2.</summary>
    static IEnumerable<Span> Read(ReadOnlyMemory<byte> request)
    {
        foreach (var resourceSpans in ProtobufMessage.Read(request).All(1))
        {
            var service = resourceSpans.One(1).All(1).First(a => a.One(1).Text == "service.name").One(2).One(1).Text;
            foreach (var scopeSpans in resourceSpans.All(2))
            {
                var scope = scopeSpans.One(1).One(1).Text;
                foreach (var span in scopeSpans.All(2))
                    yield return new Span(service, scope, span.One(5).Text, span.One(1).Hex, span.One(2).Hex, span.All(4).FirstOrDefault()?.Hex ?? "");
            }
        }
    }
}

/// <param name="Scope">The name of the activity source.</param>
/// <param name="ParentId">Empty for the root.</param>
sealed record Span(string Service, string Scope, string Name, string TraceId, string Id, string ParentId);
