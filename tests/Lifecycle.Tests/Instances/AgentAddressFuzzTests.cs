using CsCheck;
using Watchkeeper.Lifecycle.Instances;

namespace Lifecycle.Tests.Instances;

/// <summary>Whatever a client sends for an agent, it is a reference or a clear refusal.</summary>
public class AgentAddressFuzzTests
{
    private static readonly Gen<string> Pieces = Gen.OneOf(
        Gen.OneOf<string>(
            "dmonaName://", "dmona://", "DMONA://", "dmonaname://", "local_mona", "a", "Z9", ".", "-", "_", "/", ":",
            "?",
            "%41", " ", "\0", "\n", "\u001b[2J", "é", "\ud83d\ude00", "\ud800", "\u202e", new string('n', 255)),
        Gen.String);

    [Fact]
    public void Random_pieces_are_a_reference_or_are_refused() => Fuzz.Run(Pieces.Array[0, 6], 20_000, pieces =>
    {
        var text = string.Concat(pieces);
        if (!AgentAddress.TryParse(text, out var address, out var whyNot))
        {
            address.ShouldBeNull();
            whyNot.ShouldNotBeNullOrEmpty();
            whyNot.Length.ShouldBeLessThan(200);
            return;
        }

        whyNot.ShouldBeNull();
        AgentAddress.IsName(address.Name).ShouldBeTrue();
        address.ToString().ShouldBe(text);
        AgentAddress.Stored(text).IsSameAgentAs(AgentAddress.Of(address.Name)).ShouldBeTrue();
    });
}
