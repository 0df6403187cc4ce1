using System.Reflection;

namespace BookRec.WebApi.Requests;

/// <summary>Parameters that an endpoint reads by itself, for the OpenAPI page.</summary>
public sealed record ReadsParameters(IReadOnlyList<Parameter> Parameters);

public static class Reading
{
    /// <summary>Reads a set of parameters and refuses the request with everything that is wrong with them.</summary>
    public static ValueTask<T?> Read<T>(HttpContext context, Func<HttpRequest, FieldErrors, T> read)
        where T : class
    {
        var errors = new FieldErrors();
        var value = read(context.Request, errors);
        errors.ThrowIfAny();
        return ValueTask.FromResult<T?>(value);
    }

    public static void Describe(EndpointBuilder builder, params IReadOnlyList<Parameter> parameters)
        => builder.Metadata.Add(new ReadsParameters(parameters));
}

/// <summary>A handler's argument made of query parameters or headers.</summary>
/// <typeparam name="TSelf">The argument.</typeparam>
public interface IReadFromRequest<TSelf> : IBindableFromHttpContext<TSelf>, Microsoft.AspNetCore.Http.Metadata.IEndpointParameterMetadataProvider
    where TSelf : class, IReadFromRequest<TSelf>
{
    static abstract IReadOnlyList<Parameter> Parameters { get; }

    static abstract TSelf Read(HttpRequest request, FieldErrors errors);

    static ValueTask<TSelf?> IBindableFromHttpContext<TSelf>.BindAsync(HttpContext context, ParameterInfo parameter)
        => Reading.Read(context, TSelf.Read);

    static void Microsoft.AspNetCore.Http.Metadata.IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
        => Reading.Describe(builder, TSelf.Parameters);
}
