using System.Text.Json;
using Orleans.Storage;

namespace BookRec.Silo;

/// <summary>Grain state as JSON without type names: an operator can read it, and renaming a class breaks nothing stored.</summary>
public sealed class GrainStateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T Deserialize<T>(BinaryData input) => input.ToObjectFromJson<T>()!;
}
