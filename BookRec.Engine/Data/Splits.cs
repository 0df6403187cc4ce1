namespace BookRec.Engine.Data;

/// <summary>A division of the interactions of each row into a part to learn from and a part to be judged by; same shape and indices.</summary>
public sealed record Split(InteractionMatrix Train, InteractionMatrix Test);

/// <summary>The ways to divide. All are functions of the ids and a seed alone.</summary>
public static class Splits
{
    /// <summary>Per row, ordered by (key(seed, row id, column id), column id), the first ⌊n·share⌋ interactions are the test.</summary>
    public static Split LeaveShareOut(InteractionMatrix interactions, Vocabulary rows, Vocabulary columns, ulong seed, double share)
        => throw new NotImplementedException();

    /// <summary>
    /// A holdout that stays the same while interactions are added: a reader is judged when its key is among the lowest so that about
    /// <paramref name="targetReaders"/> are, and each of its interactions is held out when its own key falls under <paramref name="share"/>.
    /// Every model version trained with one seed therefore left out the same interactions, and versions can be compared fairly.
    /// At least one interaction of a row stays in the training part.
    /// </summary>
    public static Split StableHoldout(InteractionMatrix interactions, Vocabulary rows, Vocabulary columns, ulong seed, int targetReaders, double share)
        => throw new NotImplementedException();

    /// <summary>Interactions on or after the day are the test; interactions without a time are training.</summary>
    public static Split Temporal(InteractionMatrix interactions, int firstTestDay) => throw new NotImplementedException();
}
