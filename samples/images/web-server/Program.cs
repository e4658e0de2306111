using System.Text;
using Watchkeeper.Samples;

const int Port = 8080;

return await new Listener(async (stream, listener, stop) =>
{
    // Enough of HTTP/1.1 for a probe and a test: GET without a body, connections kept open unless asked otherwise.
    var lines = new LineReader(stream);
    while (await lines.NextAsync(stop) is { Length: > 0 } request)
    {
        var close = request.EndsWith("HTTP/1.0", StringComparison.Ordinal);
        while (await lines.NextAsync(stop) is { Length: > 0 } header)
        {
            close |= header.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)
                && header.Contains("close", StringComparison.OrdinalIgnoreCase);
        }

        var (status, type, body) = request.Split(' ') switch
        {
            ["GET", "/health", _] => ("200 OK", "text/plain", "alive\n"),
            ["GET", "/status", _] => ("200 OK", "application/json", listener.Status + "\n"),
            ["GET", _, _] => ("404 Not Found", "text/plain", "not found\n"),
            _ => ("405 Method Not Allowed", "text/plain", "only GET\n"),
        };
        close |= status.StartsWith("405", StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: {(close ? "close" : "keep-alive")}\r\n\r\n{body}"), stop);
        if (close)
        {
            return;
        }
    }
}).RunAsync(Port);
