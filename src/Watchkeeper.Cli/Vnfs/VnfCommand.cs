using System.CommandLine;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf</c>: the VNF instances.</summary>
internal static class VnfCommand
{
    public static Command Create() => Verb.Noun(
        "vnf",
        "VNF instances.",
        ListVnfs.Create(),
        ShowVnf.Create(),
        CreateVnf.Create(),
        InstantiateVnf.Create(),
        TerminateVnf.Create(),
        DeleteVnf.Create(),
        MonitorVnf.Create());

    /// <summary>The argument by which a verb is told its VNF.</summary>
    public static Argument<string> Vnf() => new("VNF")
    {
        Description = "Id, beginning of an id, or name of a VNF instance; it must fit exactly one.",
    };
}
