namespace EndToEnd.ErrorTable;

/// <summary>Every row of the error table, in each way in which it can come about.</summary>
internal static class Plays
{
    private const string SecondSet = """{"refuse-set":{"after":1}}""";
    private const string EverySet = """{"refuse-set":{}}""";

    public static readonly ImmutableArray<Play> All =
    [
        new("row-01", "no such agent") { To = "nobody" },
        new("row-01", "the agent is lost") { Hit = new("dmona1", IsKilled: true) },
        new("row-01", "the agent is full") { To = Stage.SmallAgent },
        new("row-02", "monitoring is disabled on request") { IsDisabledBefore = true },
        new("row-03", "the old agent refuses the unset")
        {
            From = "dmona1", To = "dmona2", Drills = [("dmona1", """{"refuse-unset":{}}""")],
        },
        new("row-03", "the old agent does not answer the unset")
        {
            From = "dmona1", To = "dmona2", Drills = [("dmona1", """{"hang-unset":{}}""")],
        },
        new("row-03", "the old agent is killed just before the unset")
        {
            From = "dmona1", To = "dmona2", Hit = new("dmona1", IsKilled: true, At: "after:validate"),
        },
        new("row-04", "the update fails before it is written")
        {
            Drills = [("server", """{"serviceUpdate":"fail:times=1"}""")],
        },
        new("row-04", "the update fails after it was written")
        {
            Drills = [("server", """{"serviceUpdate":"fail-after-write:times=1"}""")],
        },
        new("row-05", "the new agent refuses the second VM") { Drills = [("dmona1", SecondSet)] },
        new("row-05", "the new agent refuses the first VM") { Drills = [("dmona1", EverySet)] },
        new("row-05", "the new agent does not answer the set") { Drills = [("dmona1", """{"hang-set":{}}""")] },
        new("row-05", "the new agent is stopped just before the set")
        {
            Hit = new("dmona1", IsKilled: false, At: "after:update-service"),
        },
        new("row-06", "the new agent refuses the unset of the rollback")
        {
            Drills = [("dmona1", """{"refuse-set":{"after":1},"refuse-unset":{}}""")], Then = "rollback",
        },
        new("row-07", "the update of the rollback fails")
        {
            Drills = [("dmona1", SecondSet), ("server", """{"rollbackUpdate":"fail:times=1"}""")],
            Then = "rollback", RestsWith = "faults/service-update-failed",
        },
        new("row-07", "there is nothing to roll back")
        {
            Drills = [("server", """{"serviceUpdate":"fail:times=1"}""")], Then = "rollback",
        },
        new("row-08", "the old agent refuses the set of the rollback")
        {
            From = "dmona2", Drills = [("dmona1", SecondSet), ("dmona2", EverySet)], Then = "rollback",
        },
        new("row-08", "the old agent is killed just before the set of the rollback")
        {
            From = "dmona2", Drills = [("dmona1", SecondSet)], Then = "rollback",
            Hit = new("dmona2", IsKilled: true, At: "after:rollback/update-service"),
        },
        new("row-09", "cancel during the unset") { CancelAt = "before:unset-monitor" },
        new("row-10", "cancel during the update") { CancelAt = "before:update-service" },
        new("row-11", "cancel during the set") { CancelAt = "before:set-monitor" },
    ];
}
