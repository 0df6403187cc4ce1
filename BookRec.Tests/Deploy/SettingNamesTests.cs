using BookRec.Grains.Options;
using BookRec.Hosting;
using BookRec.Silo;
using BookRec.WebApi.Hosting;

namespace BookRec.Tests.Deploy;

/// <summary>docs/settings.md against the types that settings are read into.</summary>
public sealed class SettingNamesTests
{
    static readonly HashSet<string> Read =
    [
        .. new[] { typeof(TrainingOptions), typeof(HostSettings), typeof(SiloSettings), typeof(FrontSettings) }
            .SelectMany(type => type.Assembly.GetTypes()).SelectMany(SettingsOf),
    ];

    [Fact]
    public void Every_setting_is_documented() => Assert.Equal("", Joined(Read.Where(name => !IsDocumented(name))));

    [Fact]
    public void Every_documented_setting_is_there()
        => Assert.Equal("", Joined(SettingNames.Documented.Where(name => !Read.Contains(name) && !IsList(name) && !IsGroup(name))));

    static string Joined(IEnumerable<string> names) => string.Join('\n', names.Order());

    /// <summary>By itself, as one of a group that has a row, or between the first and the last of the weights.</summary>
    static bool IsDocumented(string name)
        => SettingNames.Documented.Contains(name) || SettingNames.Documented.Contains(name[..name.LastIndexOf("__", StringComparison.Ordinal)])
            || name.StartsWith("BookRec__Interactions__", StringComparison.Ordinal);

    static bool IsList(string name) => name.EndsWith("__0", StringComparison.Ordinal);

    static bool IsGroup(string name) => Read.Any(one => one.StartsWith($"{name}__", StringComparison.Ordinal));

    static IEnumerable<string> SettingsOf(Type type) => type.GetField("Section")?.GetRawConstantValue() switch
    {
        null => [],
        "BookRec" => Settings(type, "BookRec"),
        var section => Settings(type, $"BookRec__{section}"),
    };

    static IEnumerable<string> Settings(Type type, string prefix)
        => type.GetProperties().Where(property => property.SetMethod is { IsPublic: true }).SelectMany(property =>
        {
            var name = $"{prefix}__{property.Name}";
            return property.PropertyType is { IsClass: true } group && group.Assembly.GetName().Name!.StartsWith("BookRec", StringComparison.Ordinal)
                ? Settings(group, name)
                : [name];
        });
}
