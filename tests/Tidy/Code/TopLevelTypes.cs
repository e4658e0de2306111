using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Code;

/// <summary>The types that a file declares, without those nested in others.</summary>
internal static class TopLevelTypes
{
    public static IEnumerable<BaseTypeDeclarationSyntax> Of(TextFile file) => file.Syntax
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<BaseTypeDeclarationSyntax>();
}
