using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Code;

/// <summary>One type per file, with its small companions beside it.</summary>
/// <remarks>
/// A type whose body has at most <see cref="LongestCompanion"/> lines is a companion: a closed set, an id, an
/// exception, a row. Any number of companions may share a file; a larger type shares it with companions only, and gives
/// it its name.
/// </remarks>
internal static class OneTypePerFile
{
    private const int LongestCompanion = 40;

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var file in repository.Product)
        {
            var large = TopLevelTypes.Of(file).Where(type => LinesOfBody(type) > LongestCompanion).ToList();
            if (large.Count > 1)
            {
                var names = string.Join(", ", large.Select(type => type.Identifier.Text));
                yield return $"{file}: {names} are more than companions. Give each a file of its own.";
            }
            else if (large is [var only] && file.Name.Split('.')[0] != only.Identifier.Text)
            {
                var name = only.Identifier.Text;
                yield return $"{file}: its one large type is {name}. Name the file {name}.cs.";
            }
        }
    }

    private static int LinesOfBody(BaseTypeDeclarationSyntax type)
    {
        var tree = type.SyntaxTree;
        var first = tree.GetLineSpan(type.Identifier.Span).StartLinePosition.Line;
        var last = tree.GetLineSpan(type.Span).EndLinePosition.Line;
        return last - first + 1;
    }
}
