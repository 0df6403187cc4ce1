using BookRec.Engine.Data;

namespace BookRec.Engine.Popularity;

/// <summary>How much each book is read, with exponential time decay where times exist. Immutable, thread-safe.</summary>
public sealed class PopularityModel
{
    readonly float[] _scores;

    internal PopularityModel(float[] scores) => _scores = scores;

    /// <summary>Decayed reader count by book index, finite and at least 0.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <param name="interactions">Users × books.</param>
    /// <param name="halfLifeDays">
    /// After so many days before the newest interaction an interaction counts half; interactions without a time count in full. Positive;
    /// infinity for no decay.
    /// </param>
    public static PopularityModel Fit(InteractionMatrix interactions, double halfLifeDays)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        if (!(halfLifeDays > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(halfLifeDays), halfLifeDays, "A half-life is positive.");
        }

        var newest = Newest(interactions);
        var scores = new double[interactions.Columns];
        for (var row = 0; row < interactions.Rows; row++)
        {
            var columns = interactions.ColumnsOf(row);
            var days = interactions.DaysOf(row);
            for (var i = 0; i < columns.Length; i++)
            {
                var day = days.IsEmpty ? 0 : days[i];
                scores[columns[i]] += day == 0 ? 1 : Math.Pow(0.5, (newest - day) / halfLifeDays);
            }
        }

        return new([.. scores.Select(score => (float)score)]);
    }

    static int Newest(InteractionMatrix interactions)
    {
        var newest = int.MinValue;
        for (var row = 0; row < interactions.Rows; row++)
        {
            foreach (var day in interactions.DaysOf(row))
            {
                newest = day == 0 ? newest : Math.Max(newest, day);
            }
        }

        return newest;
    }
}
