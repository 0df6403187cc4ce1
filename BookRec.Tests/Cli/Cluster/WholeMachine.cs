namespace BookRec.Tests.Cli.Cluster;

/// <summary>Tests that start so many processes that they run alone.</summary>
[CollectionDefinition(nameof(WholeMachine), DisableParallelization = true)]
public sealed class WholeMachine;
