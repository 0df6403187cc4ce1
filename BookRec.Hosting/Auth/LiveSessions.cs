using BookRec.Grains.Interfaces.Accounts;

namespace BookRec.Hosting.Auth;

/// <summary>
/// Whether the session of a token still lives and in which role, as the account's grain said within the last seconds: what ends a session,
/// disables an account or changes its role takes effect on every front in <see cref="Trusted"/> and the time of one call.
/// </summary>
public sealed class LiveSessions(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan Trusted = TimeSpan.FromSeconds(3);

    private const int MostSessions = 100_000;

    private readonly Remembered<Guid, Answer> _answers = new(MostSessions);

    /// <returns>Null when the session has ended or the account cannot be used.</returns>
    public async Task<Role?> RoleOf(Guid account, Guid session)
    {
        if (_answers.Find(session) is not { } answer || clock.GetElapsedTime(answer.Asked) > Trusted)
            answer = Ask(account, session);
        try
        {
            return await answer.Role;
        }
        catch
        {
            // Not an answer: the next request asks again.
            _answers.Forget(session, answer);
            throw;
        }
    }

    private Answer Ask(Guid account, Guid session)
    {
        // The time before the question, since the truth may change while the answer is on its way.
        var answer = new Answer(clock.GetTimestamp(), grains.GetGrain<IAccessGrain>(account).RoleOf(session));
        _answers.Keep(session, answer);
        return answer;
    }

    private sealed record Answer(long Asked, Task<Role?> Role);
}
