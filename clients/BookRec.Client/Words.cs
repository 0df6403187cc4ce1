using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BookRec.Client;

/// <summary>The service's words for the members of an enumeration. The member 0, <c>Unknown</c>, stands for those that only a newer service has.</summary>
public static class Words
{
    public static string Of<T>(T member)
        where T : struct, Enum
        => Table<T>.Words[member];

    /// <returns>The member for a word; <c>Unknown</c> when there is none.</returns>
    public static T Read<T>(string word)
        where T : struct, Enum
        => Table<T>.Members.GetValueOrDefault(word);

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<string, T> Members = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(WordOf, field => (T)field.GetValue(null)!);

        public static readonly Dictionary<T, string> Words = Members.ToDictionary(member => member.Value, member => member.Key);

        private static string WordOf(FieldInfo field)
            => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name);
    }
}
