using System.Data.Common;
using BookRec.Grains.Interfaces;
using BookRec.Hosting.Logging;
using BookRec.Hosting.RateLimits;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Orleans.Serialization;

namespace BookRec.WebApi.Hosting;

/// <summary>Every refusal and every failure as RFC 9457 problem+json, whoever raised it: a handler, the framework or a grain.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    private const string RetryAfterSeconds = "2";

    /// <summary>The client went away; nobody reads the answer, the status is for the log.</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>How Orleans begins to say, of any grain, that its client knows no silo; there is no exception of its own for that.</summary>
    private const string NoSiloKnown = "Could not find an implementation for interface";

    public static void AddProblems(this IServiceCollection services)
    {
        // Without this, binding failures are answered with a bare status in production and the field is lost.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<Outages>();
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = Handle,
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(status => Write(status.HttpContext, status.HttpContext.Response.StatusCode));
    }

    /// <summary>Documents the statuses that filters, policies and grains add to those of the handlers.</summary>
    public static RouteGroupBuilder ProducesProblems(this RouteGroupBuilder group, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            group.ProducesProblem(status);
        return group;
    }

    private static Task Handle(HttpContext context)
    {
        var handled = context.Features.Get<IExceptionHandlerFeature>()!;
        var failure = handled.Error;
        switch (failure)
        {
            case RejectedException rejected:
                return Write(context, StatusOf(rejected.Kind), rejected.Message, FieldsOf(rejected), rejected.ConflictingId);
            case InvalidRequestException invalid:
                return Write(context, StatusCodes.Status400BadRequest, invalid.Message, invalid.Errors);
            case TooManyRequestsException many:
                context.Response.ComeBackAfter(many.Wait);
                return Write(context, StatusCodes.Status429TooManyRequests, many.Message);
            case BadHttpRequestException bad:
                var detail = BadRequests.Describe(bad, handled.Endpoint, context.RequestServices, out var fields);
                return Write(context, bad.StatusCode, detail, fields);
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                context.Response.StatusCode = ClientClosedRequest;
                return Task.CompletedTask;
            case var _ when IsDatabaseAway(failure):
                context.RequestServices.GetRequiredService<Outages>().Database.Tell(failure, "The database did not answer");
                return Write(context, StatusCodes.Status503ServiceUnavailable, "The database did not answer. Nothing was acknowledged; try again in a moment.");
            case var _ when IsClusterAway(failure):
                context.RequestServices.GetRequiredService<Outages>().Cluster.Tell(failure, "The cluster did not answer");
                return Write(context, StatusCodes.Status503ServiceUnavailable, "The service cannot answer right now; try again in a moment.");
            default:
                Logger(context).LogError(failure, "A request failed unexpectedly");
                return Write(context, StatusCodes.Status500InternalServerError);
        }
    }

    private static async Task Write(
        HttpContext context,
        int status,
        string? detail = null,
        IDictionary<string, string[]>? errors = null,
        string? conflictingId = null)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = RetryAfterSeconds;

        var problem = errors is { Count: > 0 } ? new HttpValidationProblemDetails(errors) : new ProblemDetails();
        problem.Status = status;
        problem.Title = ReasonPhrases.GetReasonPhrase(status);
        problem.Type = "about:blank";
        problem.Detail = detail ?? DetailOf(status);
        problem.Extensions["request_id"] = context.TraceIdentifier;
        if (conflictingId is not null)
            problem.Extensions["conflicting_id"] = conflictingId;
        await context.Response.WriteAsJsonAsync(problem, problem.GetType(), options: null, ContentType, context.RequestAborted);
    }

    /// <summary>The status that a failure is answered with.</summary>
    internal static int StatusOf(Exception failure) => failure switch
    {
        RejectedException rejected => StatusOf(rejected.Kind),
        InvalidRequestException => StatusCodes.Status400BadRequest,
        TooManyRequestsException => StatusCodes.Status429TooManyRequests,
        BadHttpRequestException bad => bad.StatusCode,
        OperationCanceledException => ClientClosedRequest,
        _ when IsDatabaseAway(failure) || IsClusterAway(failure) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>A grain that could not be activated hands on what its storage threw, as it is or, where its type is not known here, in words.</summary>
    private static bool IsDatabaseAway(Exception failure)
        => failure is DbException || (failure is UnavailableExceptionFallbackException { ExceptionType: { } type } && type.Contains("Npgsql", StringComparison.Ordinal));

    private static bool IsClusterAway(Exception failure)
        => failure is TimeoutException or OrleansException || (failure is ArgumentException && failure.Message.StartsWith(NoSiloKnown, StringComparison.Ordinal));

    private static int StatusOf(RejectionKind kind) => kind switch
    {
        RejectionKind.Invalid => StatusCodes.Status400BadRequest,
        RejectionKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RejectionKind.NotFound => StatusCodes.Status404NotFound,
        RejectionKind.Conflict => StatusCodes.Status409Conflict,
        RejectionKind.Stale => StatusCodes.Status412PreconditionFailed,
        RejectionKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        RejectionKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static Dictionary<string, string[]>? FieldsOf(RejectedException rejected)
        => rejected.Field is null ? null : new() { [rejected.Field] = [rejected.Message] };

    private static string? DetailOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "A valid access token is needed.",
        StatusCodes.Status403Forbidden => "Your account may not do this.",
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed => "This address does not know the method.",
        StatusCodes.Status413PayloadTooLarge => "The request body is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The content type of the body is not understood here.",
        StatusCodes.Status429TooManyRequests => "You ask more often than you may; Retry-After says when to go on.",
        StatusCodes.Status503ServiceUnavailable => "The service is busy; ask again in a moment.",
        StatusCodes.Status500InternalServerError => "Something went wrong on our side; the request id leads to the log.",
        _ => null,
    };

    private static ILogger Logger(HttpContext context) => Logger(context.RequestServices.GetRequiredService<ILoggerFactory>());

    private static ILogger Logger(ILoggerFactory loggers) => loggers.CreateLogger(typeof(Problems));

    /// <summary>What is away is away for every request.</summary>
    private sealed class Outages(ILoggerFactory loggers, TimeProvider clock)
    {
        public OutageLog Database { get; } = new(Logger(loggers), LogLevel.Warning, clock);

        public OutageLog Cluster { get; } = new(Logger(loggers), LogLevel.Warning, clock);
    }
}
