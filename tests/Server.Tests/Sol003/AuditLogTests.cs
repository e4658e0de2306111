namespace Server.Tests.Sol003;

public sealed class AuditLogTests
{
    [Fact]
    public async Task Every_changing_request_leaves_one_line_and_a_reading_one_none()
    {
        await using var rig = await ApiRig.StartAsync();
        using var read = await rig.SendAsync("GET", "/vnflcm/v2/vnf_instances");
        using var refused = await rig.SendAsync("POST", "/vnflcm/v2/vnf_instances?x=1", "{}");
        using var foreign = await rig.SendAsync(
            "DELETE", "/vnflcm/v2/vnf_instances/a%0Ab", null, ("Host", "evil.example"));
        using var migrated = await rig.SendAsync("GET", ApiRig.Accepting);
        (await rig.Audit.NextAsync()).ShouldMatch(
            "^20[0-9TZ:.-]+ 127[.]0[.]0[.]1:[0-9]+ POST /vnflcm/v2/vnf_instances answered 400, occurrence -$");
        (await rig.Audit.NextAsync()).ShouldEndWith("DELETE /vnflcm/v2/vnf_instances/a%0Ab answered 403, occurrence -");
        (await rig.Audit.NextAsync()).ShouldEndWith($"GET {ApiRig.Accepting} answered 202, occurrence 5");
    }
}
