namespace Tidy.Code;

/// <summary>A file, and a line, that a reader takes in at one look.</summary>
internal static class Sizes
{
    private const int LongestFile = 300;
    private const int LongestLine = 120;

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var file in repository.Code)
        {
            var lines = file.Lines.Length - (file.Lines[^1].Length == 0 ? 1 : 0);
            if (lines > LongestFile)
            {
                yield return $"{file}: {lines} lines, {LongestFile} at most. It holds two ideas: split it.";
            }

            for (var i = 0; i < file.Lines.Length; i++)
            {
                if (file.Lines[i].Length > LongestLine)
                {
                    yield return $"{file}:{i + 1}: {file.Lines[i].Length} characters, {LongestLine} at most. Wrap it.";
                }
            }
        }
    }
}
