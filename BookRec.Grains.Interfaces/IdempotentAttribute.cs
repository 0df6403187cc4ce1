namespace BookRec.Grains.Interfaces;

/// <summary>
/// Calling twice leaves behind what calling once does, and gives as good an answer: a call that met a dying silo may simply be made again.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute
{
    /// <summary>Position of the argument that makes it so, such as an idempotency key; without that argument the call is not repeated. −1: always.</summary>
    public int KeyArgument { get; init; } = -1;
}
