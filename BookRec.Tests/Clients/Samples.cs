using BookRec.Client.Imports;

namespace BookRec.Tests.Clients;

/// <summary>Arguments for any method of the client, with everything given that can be given.</summary>
static class Samples
{
    /// <summary>Enough for every member of the longest enumeration.</summary>
    public const int Rounds = 10;

    public static object? Of(Type type, int round)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "\"3\"";
        if (type == typeof(int))
            return 3;
        if (type == typeof(long))
            return 7L;
        if (type == typeof(double))
            return 4.5;
        if (type == typeof(ImportFile))
            return new ImportFile("books.csv", 0, () => Stream.Null);
        if (type.IsEnum)
            return Known(type)[round % Known(type).Length];
        if (type.IsValueType)
            return Activator.CreateInstance(type);
        if (type.IsInterface)
            return type.GetGenericTypeDefinition() == typeof(IProgress<>) ? null : ListOf(type.GetGenericArguments()[0], round);
        var constructor = type.GetConstructors().Single();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, round))]);
    }

    static object[] Known(Type enumeration) => [.. Enum.GetValues(enumeration).Cast<object>().Where(member => (int)member != 0)];

    static Array ListOf(Type element, int round)
    {
        var list = Array.CreateInstance(element, 1);
        list.SetValue(Of(element, round), 0);
        return list;
    }
}
