using System.Text.RegularExpressions;

namespace Tidy.Documents;

/// <summary>A mechanism has a page that lists its files, and the list is true.</summary>
/// <remarks>
/// A page of docs/flows says in a line of its own which folders it describes: "Folder: `src/…`", or
/// "Folder (later): `src/…`" while the folder is not there. Each operation's folder needs such a page, or a README of
/// its own.
/// </remarks>
internal static partial class FlowPages
{
    private const string Flows = "docs/flows";
    private const string Operations = "src/Watchkeeper.Server/Operations";

    public static IEnumerable<string> Check(Repository repository)
    {
        var described = new HashSet<string>(StringComparer.Ordinal);
        foreach (var page in repository.Markdown.Where(page => page.Folder == Flows))
        {
            var folders = page.Lines.Select(line => FolderLine().Match(line)).Where(match => match.Success).ToList();
            if (folders.Count == 0)
            {
                yield return $"{page}: it does not say what it describes. Add a line 'Folder: `src/…`'.";
            }

            foreach (var match in folders)
            {
                var folder = match.Groups["folder"].Value;
                described.Add(folder);
                foreach (var complaint in CheckFolder(repository, page, folder, match.Groups["later"].Success))
                {
                    yield return complaint;
                }
            }
        }

        foreach (var folder in OperationFolders(repository).Where(folder => !described.Contains(folder)))
        {
            if (!repository.Has(folder + "/README.md"))
            {
                yield return $"{folder}: no page describes it. Write {Flows}/….md with the line 'Folder: `{folder}`', "
                    + "or a README.md in the folder.";
            }
        }
    }

    private static IEnumerable<string> CheckFolder(Repository repository, TextFile page, string folder, bool isLater)
    {
        if (isLater || !repository.Has(folder))
        {
            if (isLater == repository.Has(folder))
            {
                yield return isLater
                    ? $"{page}: {folder} is there now. Take '(later)' out of its line."
                    : $"{page}: there is no folder {folder}. Name the right one.";
            }

            yield break;
        }

        var listed = CodeFile().Matches(page.Text)
            .Select(match => match.Groups["file"].Value).ToHashSet(StringComparer.Ordinal);
        var there = repository.Files.Where(file => file.Folder == folder && file.IsCode).ToList();
        foreach (var name in listed.Where(name => !repository.Has(name) && there.All(file => file.Name != name)))
        {
            yield return $"{page}: it lists {name}, which is not in {folder}. Write where it went, or take it out.";
        }

        foreach (var file in there.Where(file => !listed.Contains(file.Name) && !listed.Contains(file.Path)))
        {
            yield return $"{page}: it does not list {file.Name} of {folder}. Say in one line what it does.";
        }
    }

    private static IEnumerable<string> OperationFolders(Repository repository) => repository.Product
        .Where(file => file.IsBelow(Operations) && file.Path[(Operations.Length + 1)..].Contains('/'))
        .Select(file => Operations + "/" + file.Path[(Operations.Length + 1)..].Split('/')[0])
        .Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^Folder(?<later> \(later\))?: `(?<folder>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FolderLine();

    [GeneratedRegex(@"`(?<file>[\w./-]+\.cs)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeFile();
}
