using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Code;

/// <summary>Every type and interface member of the product says in one sentence what it is for.</summary>
internal static class Summaries
{
    public static IEnumerable<string> Check(Repository repository)
    {
        var types = repository.Product
            .SelectMany(file => file.Syntax.DescendantNodes().Where(IsTypeThatOthersSee).Select(type => (file, type)))
            .GroupBy(found => (found.file.Folder, FullName(found.type)));
        foreach (var parts in types)
        {
            var (file, type) = parts.First();
            if (!parts.Any(part => HasSummary(part.type) || IsJsonContext(part.type)))
            {
                yield return $"{file}: {parts.Key.Item2} has no <summary>. Say in one sentence what it is for.";
            }

            foreach (var member in parts.SelectMany(part => part.type.ChildNodes().OfType<MemberDeclarationSyntax>()))
            {
                if (type is InterfaceDeclarationSyntax && !HasSummary(member))
                {
                    var name = parts.Key.Item2 + "." + NameOf(member);
                    yield return $"{file}: {name} has no <summary>. Say in one sentence what callers get from it.";
                }
            }
        }
    }

    // Its name and its attributes say all.
    private static bool IsJsonContext(SyntaxNode type) => type is ClassDeclarationSyntax { BaseList: { } bases }
        && bases.Types.Any(parent => parent.Type.ToString() == "JsonSerializerContext");

    private static bool IsTypeThatOthersSee(SyntaxNode node) =>
        node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        && !node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Any(IsHidden);

    private static bool IsHidden(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.PrivateKeyword)
        || (member.Parent is ClassDeclarationSyntax or StructDeclarationSyntax or RecordDeclarationSyntax
            && !member.Modifiers.Any(SyntaxKind.PublicKeyword) && !member.Modifiers.Any(SyntaxKind.InternalKeyword)
            && !member.Modifiers.Any(SyntaxKind.ProtectedKeyword));

    private static bool HasSummary(SyntaxNode node) => node.GetLeadingTrivia()
        .Select(trivia => trivia.GetStructure())
        .OfType<DocumentationCommentTriviaSyntax>()
        .SelectMany(comment => comment.Content)
        .Any(part => part is XmlElementSyntax { StartTag.Name.LocalName.Text: "summary" }
            or XmlEmptyElementSyntax { Name.LocalName.Text: "inheritdoc" });

    private static string FullName(SyntaxNode type) => string.Join('.', type.AncestorsAndSelf()
        .OfType<MemberDeclarationSyntax>().Where(node => node is not BaseNamespaceDeclarationSyntax)
        .Reverse().Select(NameOf));

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        EventDeclarationSyntax @event => @event.Identifier.Text,
        _ => member.ToString(),
    };
}
