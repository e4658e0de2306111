using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Agent;

/// <summary>What the agent was started with.</summary>
internal sealed record AgentOptions(
    string Name, Uri Server, string TokenFile, string DataFolder, string Site, IPAddress? SourceAddress, int Capacity,
    TimeSpan ResumeAfter, ImmutableArray<Drill> Drills);

/// <summary>The agent's command line.</summary>
internal sealed class AgentCommand
{
    private const int LongestName = 255;
    private const string NameForm = "1 to 255 of A-Z a-z 0-9 . _ -";

    private readonly Option<string> _name = new("--name")
    {
        Description = "The agent's name.",
        Required = true,
        CustomParser = result => NameOf(result, "--name") switch
        {
            "local_mona" => Wrong<string>(result, "--name is any but the name of the agent inside the manager"),
            var name => name,
        },
    };

    private readonly Option<Uri> _server = new("--server")
    {
        Description = "The manager's REST address, for example http://127.0.0.1:8250.",
        Required = true,
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
                ? uri
                : Wrong<Uri>(result, "--server is an http:// or https:// address"),
    };

    private readonly Option<string> _tokenFile = new("--token-file")
    {
        Description = "The manager's agent-token file; needed at the first join.",
        Required = true,
        CustomParser = result => FileNameOf(result, "--token-file is the name of a file"),
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder (default ./NAME-data).",
        CustomParser = result => FileNameOf(result, "--data is the name of a folder"),
    };

    private readonly Option<string> _site = new("--site")
    {
        Description = "Where the agent is.",
        DefaultValueFactory = _ => "default",
        CustomParser = result => NameOf(result, "--site"),
    };

    private readonly Option<IPAddress?> _sourceAddress = new("--source-address")
    {
        Description = "The address that probes come from (default: the kernel's choice).",
        CustomParser = result => IPAddress.TryParse(result.Tokens[0].Value, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || IsWrittenOut(result.Tokens[0].Value))
                ? address
                : Wrong<IPAddress>(result, "--source-address is an IP address"),
    };

    private readonly Option<int> _capacity = new("--capacity")
    {
        Description = "Targets that are watched at most.",
        DefaultValueFactory = _ => AgentLimits.DefaultCapacity,
        CustomParser = result => int.TryParse(
            result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var capacity)
            && capacity is >= 1 and <= AgentLimits.LargestCapacity
                ? capacity
                : Wrong<int>(result, $"--capacity is a whole number, 1 to {AgentLimits.LargestCapacity}"),
    };

    private readonly Option<double> _resumeAfter = new("--resume-after")
    {
        Description = "Seconds that a restarted agent waits for the manager before it watches from its own file.",
        DefaultValueFactory = _ => LinkLimits.ResumeAfter.TotalSeconds,
        CustomParser = result => double.TryParse(
            result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= 3600
                ? seconds
                : Wrong<double>(result, "--resume-after is a number of seconds, 0 to 3600"),
    };

    private readonly Option<string[]> _drill = new("--drill")
    {
        Description = "A failure to rehearse: refuse-set|hang-set|refuse-unset|hang-unset[:after=N,times=M].",
    };

    /// <summary>The command, for parsing and help.</summary>
    public RootCommand Command(Func<AgentOptions, CancellationToken, Task<int>> runAsync)
    {
        var command = new RootCommand("A distributed monitoring agent (D-MONA) of Watchkeeper.")
        {
            _name, _server, _tokenFile, _data, _site, _sourceAddress, _capacity, _resumeAfter, _drill,
        };
        command.Validators.Add(result =>
        {
            foreach (var text in result.GetValue(_drill) ?? [])
            {
                if (!DrillSwitches.TryParse(text, out _, out var error))
                {
                    result.AddError(error!);
                }
            }
        });
        command.SetAction((parsed, cancellationToken) => runAsync(Read(parsed), cancellationToken));
        return command;
    }

    private AgentOptions Read(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_name);
        return new AgentOptions(
            name,
            parsed.GetRequiredValue(_server),
            parsed.GetRequiredValue(_tokenFile),
            parsed.GetValue(_data) ?? $"{name}-data",
            parsed.GetRequiredValue(_site),
            parsed.GetValue(_sourceAddress),
            parsed.GetValue(_capacity),
            TimeSpan.FromSeconds(parsed.GetValue(_resumeAfter)),
            [.. (parsed.GetValue(_drill) ?? []).Select(Drill)]);
    }

    private static Drill Drill(string text) =>
        DrillSwitches.TryParse(text, out var drill, out var error)
            ? drill!
            : throw new InvalidOperationException(error);

    // The parser takes 1.2.3 for 1.2.0.3.
    private static bool IsWrittenOut(string text) => text.Count(c => c == '.') == 3;

    private static string? NameOf(System.CommandLine.Parsing.ArgumentResult result, string option)
    {
        var name = result.Tokens[0].Value;
        return name.Length is > 0 and <= LongestName
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
                ? name
                : Wrong<string>(result, $"{option} is {NameForm}");
    }

    private static string? FileNameOf(System.CommandLine.Parsing.ArgumentResult result, string what)
    {
        var name = result.Tokens[0].Value;
        return string.IsNullOrWhiteSpace(name) ? Wrong<string>(result, what) : name;
    }

    private static T? Wrong<T>(System.CommandLine.Parsing.ArgumentResult result, string what)
    {
        result.AddError($"{what}, not '{result.Tokens[0].Value}'.");
        return default;
    }
}
