namespace BookRec.Engine.Factorization;

/// <param name="Epoch">1 …</param>
/// <param name="Loss">The objective per observed interaction after this epoch.</param>
/// <param name="Seconds">Of both half-steps.</param>
public sealed record EpochReport(int Epoch, double Loss, double Seconds);
