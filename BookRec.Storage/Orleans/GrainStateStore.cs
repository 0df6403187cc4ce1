using BookRec.Storage.Databases;

namespace BookRec.Storage.Orleans;

/// <summary>Rows of grain state as a whole; a grain's own row is its own.</summary>
public sealed class GrainStateStore(Database database)
{
    /// <summary>Removes the rows of a state that nobody has written for so long; returns how many.</summary>
    /// <param name="state">The name the grain gives its state.</param>
    /// <param name="unwritten">By the database's clock, which dates the rows. Longer than the state means anything to a grain that is active.</param>
    public Task<int> Forget(string state, TimeSpan unwritten, CancellationToken cancellationToken = default)
    {
        var oldest = database.Engine is DatabaseEngine.PostgreSql
            ? "CURRENT_TIMESTAMP - make_interval(secs => @seconds)"
            : "datetime('now', '-' || @seconds || ' seconds')";
        return database.Maintain(
            session => session.Execute(
                $"DELETE FROM OrleansStorage WHERE GrainTypeString = @state AND ModifiedOn < {oldest}", new { state, seconds = (long)unwritten.TotalSeconds }),
            cancellationToken);
    }
}
