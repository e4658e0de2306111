using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Tests.Storage;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Sol003;

namespace Server.Tests.Packages;

public sealed class PackageEndpointTests : IAsyncLifetime
{
    private const string Path = "/vnflcm/v2/ext/vnf_packages";
    private const long MaxBytes = 1_000_000;

    private readonly StoreRig _rig = new();
    private readonly HttpClient _client = new();
    private WebApplication? _app;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services
            .AddSingleton(_rig.Store)
            .AddSingleton<IIdSource, SevenIds>()
            .AddSingleton(TimeProvider.System)
            .AddSol003(null)
            .AddPackages(new PackageSettings(System.IO.Path.Combine(_rig.Directory, "packages"), MaxBytes));
        _app = builder.Build();
        _app.UseSol003();
        _app.MapPackages();
        await _app.StartAsync(Stop);
        _client.BaseAddress = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app!.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_package_is_uploaded_read_listed_and_deleted()
    {
        var answer = await PostAsync(TestPackage.Right().Zip());
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var body = await JsonAsync(answer);
        var location = answer.Headers.Location.ShouldNotBeNull();
        location.IsAbsoluteUri.ShouldBeTrue();
        location.AbsolutePath.ShouldBe($"{Path}/{body.GetProperty("id").GetString()}");
        body.GetProperty("vnfdId").GetString().ShouldBe("vnfd-1");
        body.GetProperty("vnfProvider").GetString().ShouldBe("Maker");
        body.GetProperty("vnfProductName").GetString().ShouldBe("Product");
        body.GetProperty("vnfSoftwareVersion").GetString().ShouldBe("2.0");
        body.GetProperty("vnfdVersion").GetString().ShouldBe("1.0");
        body.GetProperty("flavours")[0].GetProperty("id").GetString().ShouldBe("default");
        body.GetProperty("createdAt").GetString().ShouldNotBeNull().ShouldEndWith("Z");

        (await JsonAsync(await _client.GetAsync(location, Stop))).ToString().ShouldBe(body.ToString());
        (await JsonAsync(await _client.GetAsync(Path, Stop))).GetArrayLength().ShouldBe(1);
        (await JsonAsync(await _client.GetAsync(Path + "?filter=(eq,vnfdId,other)", Stop))).GetArrayLength()
            .ShouldBe(0);

        (await _client.DeleteAsync(location, Stop)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _client.GetAsync(location, Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _client.DeleteAsync(location, Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_same_package_again_is_a_200_with_the_same_id_and_another_of_its_VNFD_a_409()
    {
        var first = await JsonAsync(await PostAsync(TestPackage.Right().Zip()));

        var again = await PostAsync(TestPackage.Right().Zip(), "application/octet-stream");
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(again)).GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());

        await ProblemAsync(
            await PostAsync(TestPackage.Right().With("x", "x").Zip()), HttpStatusCode.Conflict, "vnfd-1");
    }

    [Fact]
    public async Task Wrong_uploads_are_problems()
    {
        await ProblemAsync(
            await PostAsync(TestPackage.Right().Zip(), "application/json"), HttpStatusCode.UnsupportedMediaType,
            "json");
        await ProblemAsync(await PostAsync([]), HttpStatusCode.BadRequest, "no body");
        await ProblemAsync(await PostAsync([1, 2, 3]), HttpStatusCode.UnprocessableEntity, "not a ZIP archive");
        await ProblemAsync(
            await PostAsync(new byte[MaxBytes + 1]), HttpStatusCode.RequestEntityTooLarge, "at most 1000000 bytes");
    }

    [Fact]
    public async Task An_upload_whose_length_is_not_told_is_counted()
    {
        using var content = new StreamContent(new Endless());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.TransferEncodingChunked = true;

        await ProblemAsync(
            await _client.SendAsync(request, Stop), HttpStatusCode.RequestEntityTooLarge, "at most 1000000 bytes");
    }

    [Theory]
    [InlineData("/none")]
    [InlineData("/00000000-0000-7000-8000-000000000001")]
    public async Task An_id_that_nothing_has_is_a_404(string id) =>
        await ProblemAsync(await _client.GetAsync(Path + id, Stop), HttpStatusCode.NotFound, id[1..]);

    private async Task<HttpResponseMessage> PostAsync(byte[] archive, string type = "application/zip")
    {
        using var content = new ByteArrayContent(archive);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await _client.PostAsync(Path, content, Stop);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop));

    private static async Task ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string detail)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
        (await JsonAsync(answer)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(detail);
    }

    private sealed class SevenIds : IIdSource
    {
        private int _last;

        public Guid Next() => new($"00000000-0000-7000-8000-{Interlocked.Increment(ref _last) + 100:D12}");
    }

    /// <summary>Twice the limit of zeros, of a length that is not known before.</summary>
    private sealed class Endless : Stream
    {
        private long _left = 2 * MaxBytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(_left, count);
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
