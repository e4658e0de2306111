using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Code;

/// <summary>Names that say nothing attract everything.</summary>
internal static class EmptyNames
{
    private static ImmutableArray<string> Suffixes =>
    [
        "Helper", "Helpers", "Manager", "Managers", "Util", "Utils", "Utilities", "Common", "Processor", "Base", "Impl",
        "Handler", "Handlers",
    ];

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var file in repository.Code)
        {
            var names = file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                .Select(type => type.Identifier.Text)
                .Concat(file.Folder.Split('/'))
                .Append(file.Name.Split('.')[0])
                .Distinct(StringComparer.Ordinal);
            foreach (var name in names)
            {
                if (Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } empty)
                {
                    yield return $"{file}: '{name}' ends in '{empty}', an empty word. Name the question it answers.";
                }
            }
        }
    }
}
