namespace BookRec.Hosting;

/// <summary>Something outside this process that it cannot start without.</summary>
/// <param name="Name">As readiness names it: <c>database</c>, <c>redis</c>, <c>blobs</c>, <c>secrets</c>.</param>
/// <param name="Where">For people: what it is and its address, without credentials.</param>
/// <param name="Probe">Returns when it answers. A <see cref="SettingsException"/> says that waiting will not help.</param>
public sealed record Dependency(string Name, string Where, Func<CancellationToken, Task> Probe);

/// <summary>A dependency that did not come up in time. The message is one line for the person who starts the process.</summary>
public sealed class DependencyException(string message) : Exception(message);
