namespace Watchkeeper.Cli.Agents;

/// <summary>An agent as the API names it.</summary>
internal static class AgentReference
{
    /// <summary>A bare name becomes <c>dmonaName://NAME</c>; a reference stays as it is.</summary>
    public static string From(string given) =>
        given.Contains("://", StringComparison.Ordinal) ? given : "dmonaName://" + given;

    /// <summary>The bare name in a reference.</summary>
    public static string NameOf(string given)
    {
        var at = given.IndexOf("://", StringComparison.Ordinal);
        return at < 0 ? given : given[(at + 3)..];
    }
}
