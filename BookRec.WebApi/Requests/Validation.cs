using System.Text.Json;

namespace BookRec.WebApi.Requests;

/// <summary>A request body that can tell what is wrong with it.</summary>
public interface IValidated
{
    /// <param name="errors">Takes what is wrong, by field.</param>
    /// <param name="now">The time of the request.</param>
    void Validate(FieldErrors errors, DateTimeOffset now);
}

public static class Validation
{
    /// <summary>Checks bodies and ids before any handler of the group runs.</summary>
    public static RouteGroupBuilder WithValidation(this RouteGroupBuilder group)
        => group.AddEndpointFilterFactory((factory, next) =>
        {
            var names = factory.MethodInfo.GetParameters().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name!)).ToArray();
            return async context =>
            {
                var errors = new FieldErrors();
                var clock = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
                for (var i = 0; i < names.Length; i++)
                    Check(context.Arguments[i], names[i], errors, clock);
                errors.ThrowIfAny();
                return await next(context);
            };
        });

    private static void Check(object? argument, string name, FieldErrors errors, TimeProvider clock)
    {
        switch (argument)
        {
            case IValidated body:
                body.Validate(errors, clock.GetUtcNow());
                break;
            case long and < 1:
                errors.Add(name, Words.MustBePositive);
                break;
        }
    }
}
