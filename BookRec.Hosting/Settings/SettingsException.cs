namespace BookRec.Hosting;

/// <summary>A setting that cannot be used. The message is one line, names the setting and is meant for the person who starts the process.</summary>
public sealed class SettingsException(string message) : Exception(message);
