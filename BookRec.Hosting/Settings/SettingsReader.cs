using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace BookRec.Hosting;

/// <summary>
/// Binds a section to a settings type, strictly: an unknown key, a value of the wrong type and a value its validator refuses each stop the
/// start with the setting's full name. A silent typo is the worst setting.
/// </summary>
public static class SettingsReader
{
    /// <summary>Binds <c>BookRec:{section}</c>.</summary>
    /// <typeparam name="T">Checked by its data annotations and, where it has one, its <see cref="IValidatableObject.Validate"/>; nested settings too.</typeparam>
    /// <exception cref="SettingsException">Names the setting and what is wrong with it.</exception>
    public static T BindSection<T>(IConfiguration configuration, string section)
        where T : class, new()
        => Bind<T>(configuration.GetSection($"{HostSettings.Section}:{section}"), []);

    /// <summary>Binds the settings both hosts share, leaving the silo's own sections alone.</summary>
    /// <exception cref="SettingsException">Names the setting and what is wrong with it.</exception>
    public static HostSettings BindHost(IConfiguration configuration)
        => Bind<HostSettings>(configuration.GetSection(HostSettings.Section), HostSettings.SiloSections);

    private static T Bind<T>(IConfigurationSection section, IReadOnlyList<string> sectionsOfOthers)
        where T : class, new()
    {
        CheckKeys(section, typeof(T), sectionsOfOthers);
        var settings = section.Get<T>() ?? new T();

        var problems = Problems(settings, section.Path).Distinct().ToList();
        if (problems.Count > 0)
            throw new SettingsException(string.Join("; ", problems));
        return settings;
    }

    private static void CheckKeys(IConfigurationSection section, Type type, IReadOnlyList<string> sectionsOfOthers)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsScalar(type))
            CheckScalar(section, type);
        else if (ElementType(type) is { } element)
            CheckChildren(section, element);
        else
            CheckProperties(section, type, sectionsOfOthers);
    }

    private static void CheckProperties(IConfigurationSection section, Type type, IReadOnlyList<string> sectionsOfOthers)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null).ToList();
        if (section.Value is { Length: > 0 })
            throw new SettingsException($"{section.Path} is a group of settings ({Names(properties)}), not a value");

        foreach (var child in section.GetChildren())
        {
            if (sectionsOfOthers.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                continue;

            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new SettingsException($"{child.Path} is not a setting; {section.Path} has {Names(properties)}");
            CheckKeys(child, property.PropertyType, []);
        }
    }

    private static void CheckChildren(IConfigurationSection section, Type element)
    {
        foreach (var child in section.GetChildren())
            CheckKeys(child, element, []);
    }

    private static void CheckScalar(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().FirstOrDefault() is { } child)
            throw new SettingsException($"{child.Path} is not a setting; {section.Path} is a single value");

        var value = section.Value;
        if (value is null || type == typeof(string))
            return;

        // Numbers would also name members of an enumeration, though nobody means to write them.
        var understood = type.IsEnum
            ? Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase)
            : TypeDescriptor.GetConverter(type).IsValid(value);
        if (!understood)
            throw new SettingsException($"{section.Path} must be {Wanted(type)}, not '{value}'");
    }

    private static IEnumerable<string> Problems(object settings, string path)
    {
        var results = new List<ValidationResult>();
        _ = Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        foreach (var result in results)
        {
            var name = result.MemberNames.FirstOrDefault();
            yield return $"{(name is null ? path : $"{path}:{name}")}: {OneLine(result.ErrorMessage ?? "is not valid")}";
        }

        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || IsScalar(property.PropertyType) || ElementType(property.PropertyType) is not null)
                continue;
            if (property.GetValue(settings) is not { } nested)
                continue;
            foreach (var problem in Problems(nested, $"{path}:{property.Name}"))
                yield return problem;
        }
    }

    private static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));
    }

    /// <summary>What a list or a dictionary by name holds; null for anything else.</summary>
    private static Type? ElementType(Type type)
    {
        if (type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type))
            return null;
        if (type.IsArray)
            return type.GetElementType();
        return type.IsGenericType ? type.GetGenericArguments()[^1] : null;
    }

    private static string Wanted(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ when type == typeof(TimeSpan) => "a time span such as 00:30:00",
        _ => $"a {type.Name}",
    };

    private static string Names(IEnumerable<PropertyInfo> properties) => string.Join(", ", properties.Select(p => p.Name));

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
