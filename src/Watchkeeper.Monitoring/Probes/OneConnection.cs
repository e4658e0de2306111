using System.Net;
using System.Net.Sockets;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>The connection of one HTTP question: there is one at most, and none when the question is over.</summary>
/// <remarks>
/// The handler of .NET connects on behalf of a pool: left alone it goes on connecting, or shaking hands for TLS, for
/// seconds after the question that wanted it was given up. Each of those is a socket that a silent target holds.
/// </remarks>
internal sealed class OneConnection(CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource _over =
        CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    private readonly Lock _gate = new();
    private Socket? _socket;
    private bool _isOpened;
    private bool _isOver;

    /// <summary>Connects; a second time it refuses.</summary>
    public async ValueTask<Stream> OpenAsync(IPEndPoint target, IPAddress? source)
    {
        CancellationToken over;
        lock (_gate)
        {
            // The handler would ask three times more when a connection closes without a word.
            if (_isOpened || _isOver)
            {
                throw new IOException("The connection closed without an answer.");
            }

            _isOpened = true;
            over = _over.Token;
        }

        var socket = await TcpProbe.ConnectAsync(target, source, over);
        lock (_gate)
        {
            if (!_isOver)
            {
                _socket = socket;
                return new NetworkStream(socket, ownsSocket: true);
            }
        }

        socket.Dispose();
        throw new IOException("The question is over.");
    }

    /// <summary>Ends a connect that is under way, and closes the connection.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
        }

        _over.Cancel();
        _over.Dispose();
        _socket?.Dispose();
    }
}
