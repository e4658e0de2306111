using System.Collections;
using Watchkeeper.Server;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Storage.Backup;

if (Usage.Of(args) is { } usage)
{
    await Console.Out.WriteLineAsync(usage);
    return 0;
}

try
{
    var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);
    var verb = BackupVerb.Of(args);
    var settings = Settings.Read(verb?.Rest ?? [.. args], environment);
    if (verb is not null)
    {
        await Console.Out.WriteLineAsync(verb.Perform(settings.DataFolder));
        return 0;
    }

    Composition.Demand(settings);
    using var folder = DataFolder.Open(settings.DataFolder);
    await using var server = Composition.Build(settings, folder);
    await Composition.StartAsync(server);
    await server.WaitForShutdownAsync();
    return 0;
}
catch (Exception refused) when (refused is ConfigurationException or DataFolderException or InvalidDataException)
{
    // What a person can mend is one clear line, not a stack trace.
    await Console.Error.WriteLineAsync(refused.Message.ReplaceLineEndings(" "));
    return 1;
}
catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync(taken.Message);
    return 1;
}
