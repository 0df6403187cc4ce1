using System.Globalization;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Training;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Training;

/// <summary>Every training run ever, the running one included; one row each, the details as JSON.</summary>
public sealed class TrainingLog(Database database)
{
    private const string ThisList = "training runs";

    private static readonly DetailsTable s_table = new("training_runs");

    /// <summary>Adds or replaces the run.</summary>
    public Task Save(TrainingRun run, CancellationToken cancellationToken = default)
        => database.Write(session => s_table.Save(session, run.Id, run.State.ToString(), run.StartedAt, run), cancellationToken);

    public Task<TrainingRun?> Find(Guid runId, CancellationToken cancellationToken = default)
        => database.Read(session => s_table.Find<TrainingRun>(session, runId), cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<Page<TrainingRun>> List(PageRequest page, CancellationToken cancellationToken = default)
    {
        var cursor = Cursor.Decode(ThisList, page.Cursor, Cursor.HoldsNumber);
        return database.Read(
            async session =>
            {
                var rows = await s_table.Newest(session, cursor, page.Limit + 1);
                return rows.ToPage(
                    page.Limit, r => StoredJson.Read<TrainingRun>(r.Details),
                    last => Cursor.Encode(ThisList, last.StartedAt.ToString(CultureInfo.InvariantCulture), last.Number));
            },
            cancellationToken);
    }
}
