using System.Text;
using Watchkeeper.Samples;

const int Port = 7000;

return await new Listener(async (stream, listener, stop) =>
{
    var lines = new LineReader(stream);
    while (await lines.NextAsync(stop) is { } line)
    {
        var answer = line == "status" ? listener.Status : line;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\n"), stop);
    }
}).RunAsync(Port);
