namespace EndToEnd.Harness;

/// <summary>Starts distributed agents.</summary>
internal static class AgentProcess
{
    /// <summary>Starts one, and waits until it has joined.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="folder">Where its data and logs go.</param>
    /// <param name="name">Its name.</param>
    /// <param name="data">The name of its data folder, when it is not the agent's own.</param>
    /// <param name="options">More of its command line.</param>
    public static async Task<ChildProcess> JoinAsync(
        ServerProcess server, TemporaryFolder folder, string name, string? data = null, params string[] options)
    {
        var agent = Start(server, folder, name, data, options);
        (await agent.ReadyAsync()).ShouldBe(name);
        return agent;
    }

    /// <summary>Starts one; it may be refused.</summary>
    public static ChildProcess Start(
        ServerProcess server, TemporaryFolder folder, string name, string? data = null, params string[] options) =>
        ChildProcess.Start(
            name,
            Programs.Agent,
            folder,
            [
                "--name", name,
                "--server", server.Address.AbsoluteUri.TrimEnd('/'),
                "--token-file", server.TokenFile,
                "--data", folder.In(data ?? name),
                .. options,
            ]);
}
