using System.CommandLine;

namespace Watchkeeper.Cli.Packages;

/// <summary><c>wk package</c>: the server's own store of VNF packages.</summary>
internal static class PackageCommand
{
    public static Command Create() => Verb.Noun(
        "package", "VNF packages.", UploadPackage.Create(), ListPackages.Create(), DeletePackage.Create());
}
