using Watchkeeper.Cli;

return await WkCommand.RunAsync(args);
