namespace BookRec.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Engine_knows_nothing_of_ours()
        => Assert.DoesNotContain(typeof(BookRec.Engine.Data.Vocabulary).Assembly.GetReferencedAssemblies(), a => a.Name!.StartsWith("BookRec", StringComparison.Ordinal));
}
