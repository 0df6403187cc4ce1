namespace BookRec.Grains.Interfaces;

/// <summary>Why a call was refused; the web front turns each kind into one HTTP status.</summary>
public enum RejectionKind
{
    /// <summary>The input breaks a rule; <see cref="RejectedException.Field"/> names the part to blame. HTTP 400.</summary>
    Invalid,

    /// <summary>Credentials or token do not hold. HTTP 401.</summary>
    Unauthenticated,

    /// <summary>The thing named by the request does not exist. HTTP 404.</summary>
    NotFound,

    /// <summary>Another thing stands in the way: a taken address, a running training. HTTP 409.</summary>
    Conflict,

    /// <summary>The caller's version is not the current one. HTTP 412.</summary>
    Stale,

    /// <summary>Well-formed but contradicting what is known, such as a reused idempotency key with another body. HTTP 422.</summary>
    Unprocessable,

    /// <summary>A dependency is away; nothing was acknowledged and a retry with the same idempotency key is safe. HTTP 503 with Retry-After.</summary>
    Unavailable,
}

/// <summary>A call that was refused for a reason the caller can act on. Nothing was changed.</summary>
[GenerateSerializer, Alias("bookrec.RejectedException")]
public sealed class RejectedException : Exception
{
    public RejectedException(RejectionKind kind, string message, string? field = null, string? conflictingId = null)
        : base(message)
    {
        Kind = kind;
        Field = field;
        ConflictingId = conflictingId;
    }

    [Id(0)]
    public RejectionKind Kind { get; }

    /// <summary>The request field to blame in snake_case, or null when no single field is.</summary>
    [Id(1)]
    public string? Field { get; }

    /// <summary>The id of what stands in the way, for <see cref="RejectionKind.Conflict"/>: for instance the running training.</summary>
    [Id(2)]
    public string? ConflictingId { get; }
}
