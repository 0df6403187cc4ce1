using BookRec.Hosting;

namespace BookRec.Tests.Hosting;

public sealed class SigningKeyTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bookrec-key-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public void A_key_is_made_once_and_is_nobody_elses_to_read()
    {
        var settings = new HostSettings { DataDirectory = _data.FullName };
        var first = SigningKey.From(settings);
        Assert.Equal(first.ToArray(), SigningKey.From(settings).ToArray());
        Assert.Equal(32, first.ToArray().Length);
        var file = Assert.Single(_data.GetFiles("jwt-key"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
    }

    [Fact]
    public void Processes_that_start_together_agree_on_one_key()
    {
        var settings = new HostSettings { DataDirectory = _data.FullName };
        var keys = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(16).Select(_ => SigningKey.From(settings).Id).Distinct();
        Assert.Single(keys);
        Assert.Equal(["jwt-key", "jwt-key.lock"], _data.GetFiles().Select(f => f.Name).Order());
    }

    [Fact]
    public void A_broken_key_file_is_named()
    {
        File.WriteAllText(Path.Combine(_data.FullName, "jwt-key"), "half");
        Assert.Contains("jwt-key", Assert.Throws<SettingsException>(() => SigningKey.From(new HostSettings { DataDirectory = _data.FullName })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pseudonyms_tell_people_apart_without_naming_them()
    {
        var key = SigningKey.From(new HostSettings { DataDirectory = _data.FullName });
        Assert.Equal(key.Pseudonym("ada"), key.Pseudonym("ada"));
        Assert.NotEqual(key.Pseudonym("ada"), key.Pseudonym("bob"));
        Assert.DoesNotContain("ada", key.Pseudonym("ada"), StringComparison.Ordinal);
    }
}
