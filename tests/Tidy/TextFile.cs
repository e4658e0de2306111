using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy;

/// <summary>
/// One file of the repository: its path from the root with forward slashes, and its text (empty when binary).
/// </summary>
internal sealed class TextFile(string path, string text)
{
    private readonly Lazy<CompilationUnitSyntax> _syntax =
        new(() => CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot());

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    public ImmutableArray<string> Lines { get; } = [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];

    public bool IsCode => Name.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsMarkdown => Name.EndsWith(".md", StringComparison.Ordinal);

    public bool IsGenerated =>
        Path.Contains("/Migrations/") || Name.EndsWith(".g.cs", StringComparison.Ordinal)
        || Name.EndsWith(".Designer.cs", StringComparison.Ordinal);

    public CompilationUnitSyntax Syntax => _syntax.Value;

    public bool IsBelow(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public override string ToString() => Path;
}
