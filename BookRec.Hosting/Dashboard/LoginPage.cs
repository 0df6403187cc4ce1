using System.Text;
using Microsoft.AspNetCore.Http;

namespace BookRec.Hosting.Dashboard;

/// <summary>One form, no script.</summary>
internal static class LoginPage
{
    public const int MaximumLength = 254;

    private const string Html =
        """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>BookRec dashboard</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 0 }
        form { display: grid; gap: .75rem; width: 18rem }
        label { display: grid; gap: .25rem }
        input, button { font: inherit; padding: .5rem }
        p { color: #b00020; margin: 0 }
        </style></head>
        <body><form method="post"><h1>BookRec dashboard</h1>{message}
        <label>Administrator's address <input name="email" type="email" autocomplete="username" required autofocus></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button>Log in</button></form></body>
        </html>
        """;

    /// <param name="message">Ours, not anything a caller sent.</param>
    public static IResult Show(string message = "", int status = StatusCodes.Status200OK) => new Page(message, status);

    private sealed class Page(string message, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
            var html = Html.Replace("{message}", message.Length == 0 ? "" : $"<p role=\"alert\">{message}</p>", StringComparison.Ordinal);
            return response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
        }
    }
}
