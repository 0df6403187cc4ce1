using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>The file as the Compose specification has it.</summary>
public sealed class ComposeSchemaTests
{
    static readonly string Schema = Checkers.PathOf("dclint", "schemas", "compose.schema.json");

    [Fact]
    public Task It_is_a_compose_file() => Checkers.Node("validate.cjs", Schema, Repository.PathOf("docker-compose.yml"));

    [Fact]
    public async Task What_is_none_is_refused()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("bookrec-compose-").FullName, "compose.yml");
        await File.WriteAllTextAsync(file, "services: {silo: {imge: bookrec-silo}}", TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Checkers.Node("validate.cjs", Schema, file));

        Assert.Contains("imge", failure.Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
