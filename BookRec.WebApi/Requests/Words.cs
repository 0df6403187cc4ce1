namespace BookRec.WebApi.Requests;

/// <summary>The reasons that more than one field can have.</summary>
internal static class Words
{
    public const string Required = "is required";
    public const string MustBePositive = "must be a positive whole number";
    public const string MustBeWhole = "must be a whole number";
}
