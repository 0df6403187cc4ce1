using System.Collections.Concurrent;
using System.Reflection;

namespace BookRec.Tests.WebApi.Support;

/// <summary>One call that reached a grain.</summary>
public sealed record GrainCall(Type Grain, object Key, string Method, IReadOnlyList<object?> Arguments);

/// <summary>
/// Stands in for the cluster: answers calls by grain and method and remembers them. Grains are proxies made at run time, so that no
/// second implementation of a grain interface exists in this assembly for real silos to find.
/// </summary>
public sealed class FakeCluster
{
    private readonly ConcurrentDictionary<(Type Grain, string Method), Func<GrainCall, object?>> _answers = new();

    public FakeCluster() => Factory = Proxy<IGrainFactory>(MakeGrain);

    private readonly ConcurrentDictionary<(Type Grain, string Method), Func<GrainCall, object?>> _always = new();

    public IGrainFactory Factory { get; }

    public ConcurrentQueue<GrainCall> Calls { get; } = new();

    /// <summary>Sets what a method answers: a value, or an exception to be thrown. Unset methods answer null or nothing.</summary>
    public void On<TGrain>(string method, Func<GrainCall, object?> answer) => _answers[(typeof(TGrain), method)] = answer;

    public void On<TGrain>(string method, object? answer) => On<TGrain>(method, _ => answer);

    /// <summary>As <see cref="On{TGrain}(string, Func{GrainCall, object?})"/>, for what every request asks beside its own business: outlives <see cref="Forget"/> and is not counted among the calls.</summary>
    public void Always<TGrain>(string method, Func<GrainCall, object?> answer) => _always[(typeof(TGrain), method)] = answer;

    public void Forget()
    {
        _answers.Clear();
        Calls.Clear();
    }

    private object MakeGrain(MethodInfo method, object?[] arguments)
    {
        var grain = method.GetGenericArguments().Single();
        var key = arguments[0]!;
        return typeof(FakeCluster).GetMethod(nameof(Proxy), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(grain)
            .Invoke(null, [(Func<MethodInfo, object?[], object?>)((called, args) => Answer(new(grain, key, called.Name, args), called.ReturnType))])!;
    }

    private object? Answer(GrainCall call, Type returned)
    {
        var isBeside = _always.TryGetValue((call.Grain, call.Method), out var always);
        if (!isBeside)
            Calls.Enqueue(call);
        object? value;
        try
        {
            value = isBeside ? always!(call) : _answers.TryGetValue((call.Grain, call.Method), out var answer) ? answer(call) : null;
        }
        catch (Exception thrown)
        {
            value = thrown;
        }

        if (returned == typeof(Task))
            return value is Exception failure ? Task.FromException(failure) : Task.CompletedTask;
        if (!returned.IsGenericType || returned.GetGenericTypeDefinition() != typeof(Task<>))
            return value;
        return typeof(FakeCluster).GetMethod(nameof(InTask), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(returned.GetGenericArguments())
            .Invoke(null, [value]);
    }

    private static Task<T> InTask<T>(object? value) => value switch
    {
        Task<T> task => task,
        Exception failure => Task.FromException<T>(failure),
        _ => Task.FromResult((T)value!),
    };

    private static T Proxy<T>(Func<MethodInfo, object?[], object?> invoke)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Interceptor>();
        ((Interceptor)(object)proxy).Handler = invoke;
        return proxy;
    }

    /// <summary>Made by <see cref="DispatchProxy"/>.</summary>
    public class Interceptor : DispatchProxy
    {
        internal Func<MethodInfo, object?[], object?> Handler { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Handler(targetMethod!, args ?? []);
    }
}
