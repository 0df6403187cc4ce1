using BookRec.Hosting.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BookRec.Hosting.Tracing;

/// <summary>Traces, only where somebody collects them: one from the front through the grains to the database.</summary>
public static class TracingSetup
{
    private static readonly string[] Sources = ["Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Npgsql", "BookRec"];

    /// <summary>Calls between grains of a silo carry the trace of their caller.</summary>
    public static ISiloBuilder CarryTraces(this ISiloBuilder silo) => IsCollected(silo.Configuration) ? silo.AddActivityPropagation() : silo;

    /// <summary>Calls to grains carry the trace of the request.</summary>
    public static IClientBuilder CarryTraces(this IClientBuilder client) => IsCollected(client.Configuration) ? client.AddActivityPropagation() : client;

    internal static void AddBookRecTracing(this WebApplicationBuilder builder)
    {
        if (!IsCollected(builder.Configuration))
            return;

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !RequestTelemetry.IsQuiet(context))
                .AddSource(Sources)
                .AddOtlpExporter());
    }

    private static bool IsCollected(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
}
