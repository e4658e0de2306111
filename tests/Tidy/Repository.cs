namespace Tidy;

/// <summary>
/// The repository as the rules see it: its files, without what git ignores. Rules run on a made-up one, too.
/// </summary>
internal sealed class Repository
{
    private static readonly Lazy<Repository> Read = new(ReadWorkingTree);

    private readonly FrozenNames _names;

    private Repository(string root, ImmutableArray<TextFile> files)
    {
        Root = root;
        Files = files;
        _names = new FrozenNames(files);
    }

    /// <summary>The working tree that this test was built from.</summary>
    public static Repository Current => Read.Value;

    public string Root { get; }

    public ImmutableArray<TextFile> Files { get; }

    /// <summary>Hand-written sources of the product, its tests and its benchmarks.</summary>
    public IEnumerable<TextFile> Code => Files.Where(file => file.IsCode && !file.IsGenerated
        && (file.IsBelow("src") || file.IsBelow("tests") || file.IsBelow("bench") || file.IsBelow("samples")));

    /// <summary>Hand-written sources of the product.</summary>
    public IEnumerable<TextFile> Product => Code.Where(file => file.IsBelow("src"));

    public IEnumerable<TextFile> Markdown => Files.Where(file => file.IsMarkdown);

    /// <summary>A repository made up by a test.</summary>
    public static Repository Of(params (string Path, string Text)[] files) =>
        new("/", [.. files.Select(file => new TextFile(file.Path, file.Text))]);

    public TextFile? Find(string path) => _names.Find(path);

    /// <summary>Whether a file or a folder of that path exists.</summary>
    public bool Has(string path) => _names.Find(path) is not null || _names.HasFolder(path);

    private static Repository ReadWorkingTree()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Watchkeeper.slnx")))
        {
            folder = folder.Parent;
        }

        var root = folder?.FullName
            ?? throw new InvalidOperationException("Run Tidy inside the repository: no Watchkeeper.slnx above.");
        var ignored = IgnoredNames.Parse(File.ReadAllText(Path.Combine(root, ".gitignore")));
        var paths = PathsBelow(root, "", ignored).Order(StringComparer.Ordinal);
        return new Repository(root, [.. paths.Select(path => new TextFile(path, TextOf(Path.Combine(root, path))))]);
    }

    private static IEnumerable<string> PathsBelow(string root, string folder, IgnoredNames ignored)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : folder + "/" + entry.Name;
            var isFolder = entry is DirectoryInfo;
            if (entry.Name == ".git" || ignored.Match(entry.Name, isFolder))
            {
                continue;
            }

            if (!isFolder)
            {
                yield return path;
            }
            else if (entry.LinkTarget is null)
            {
                foreach (var below in PathsBelow(root, path, ignored))
                {
                    yield return below;
                }
            }
        }
    }

    private static string TextOf(string path)
    {
        var text = File.ReadAllText(path);
        return text.Contains('\0') ? "" : text;
    }

    private sealed class FrozenNames(ImmutableArray<TextFile> files)
    {
        private readonly Dictionary<string, TextFile> _files =
            files.ToDictionary(file => file.Path, StringComparer.Ordinal);

        private readonly HashSet<string> _folders = [.. files.SelectMany(file => FoldersOf(file.Path)), ""];

        public TextFile? Find(string path) => _files.GetValueOrDefault(path);

        public bool HasFolder(string path) => _folders.Contains(path.TrimEnd('/'));

        private static IEnumerable<string> FoldersOf(string path)
        {
            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                yield return path[..slash];
            }
        }
    }
}
