namespace BookRec.Storage.Databases;

/// <summary>A password that may change while the process runs.</summary>
/// <param name="Current">As it is known now.</param>
/// <param name="LookUp">After a refused login: asks for it anew, at a pace that may be repeated; false where nothing new is known.</param>
public sealed record ChangingPassword(Func<string> Current, Func<CancellationToken, Task<bool>> LookUp);
