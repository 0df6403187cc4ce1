using System.ComponentModel.DataAnnotations;

namespace BookRec.Hosting;

/// <summary>How processes find each other and how soon they notice that one is gone. Section <c>BookRec:Cluster</c>; cluster mode only.</summary>
/// <remarks>
/// A dead silo is noticed after <see cref="ProbeTimeout"/> × <see cref="MissedProbes"/>. Shorter probes mistake a busy silo for a dead one;
/// longer ones let callers wait.
/// </remarks>
public sealed record ClusterSettings : IValidatableObject
{
    /// <summary>Same for all Orleans services of this product: part of the key under which grain state is stored.</summary>
    public const string ServiceId = "bookrec";

    /// <summary>Processes with the same id and the same Redis are one cluster.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]{1,64}", ErrorMessage = "must be 1 to 64 of A-Z a-z 0-9 . _ -")]
    public string Id { get; init; } = "bookrec";

    /// <summary>Whether the web front also hosts a silo: one hop less for the grains that happen to live in it.</summary>
    public bool CoHost { get; init; }

    /// <summary>Silos probe each other this often, and a probe may take this long. 0.2 s to 30 s.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many probes missed in a row raise suspicion.</summary>
    [Range(1, 20)]
    public int MissedProbes { get; init; } = 3;

    /// <summary>How long a call may take that says nothing else by itself. 0.5 s to 5 min.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a call marked <c>[Idempotent]</c> is tried again while silos do not answer. 0 (not at all) to 1 min.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Silos write to the membership table this often that they live. Three times this long after a whole cluster died, new silos stop
    /// waiting for the old ones. 1 s to 5 min.
    /// </summary>
    public TimeSpan AliveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Clients read the list of silos this often. 1 s to 5 min.</summary>
    public TimeSpan GatewayRefresh { get; init; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        => new[]
        {
            Check(nameof(ProbeTimeout), ProbeTimeout, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30)),
            Check(nameof(ResponseTimeout), ResponseTimeout, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(5)),
            Check(nameof(RetryFor), RetryFor, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            Check(nameof(AliveInterval), AliveInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            Check(nameof(GatewayRefresh), GatewayRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
        }.OfType<ValidationResult>();

    private static ValidationResult? Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        => value < least || value > most ? new ValidationResult($"must be from {least:c} to {most:c}", [name]) : null;
}
