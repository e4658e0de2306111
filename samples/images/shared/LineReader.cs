using System.Text;

namespace Watchkeeper.Samples;

/// <summary>Reads lines of ASCII from a peer that is not trusted: a line is short, or it is the last.</summary>
internal sealed class LineReader(Stream stream)
{
    /// <summary>Bytes of a line.</summary>
    private const int Longest = 4_096;

    private readonly byte[] _buffer = new byte[Longest];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null when the peer has no more, or sends one that is too long.</summary>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.ASCII.GetString(_buffer, _start, end).TrimEnd('\r');
                _start += end + 1;
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                return null;
            }

            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }
}
