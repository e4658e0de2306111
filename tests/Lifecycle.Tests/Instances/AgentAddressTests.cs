using CsCheck;
using Watchkeeper.Lifecycle.Instances;

namespace Lifecycle.Tests.Instances;

public sealed class AgentAddressTests
{
    private const string NameCharacters = "ABCXYZabcxyz0189._-";

    [Theory]
    [InlineData("dmonaName://dmona1", "dmona1", false)]
    [InlineData("dmona://dmona1", "dmona1", false)]
    [InlineData("dmonaName://local_mona", "local_mona", true)]
    [InlineData("dmona://local_mona", "local_mona", true)]
    [InlineData("dmonaName://Local_Mona", "Local_Mona", false)]
    [InlineData("dmonaName://a.b-C_9", "a.b-C_9", false)]
    public void A_well_formed_reference_keeps_its_text_and_gives_its_name(string text, string name, bool isLocal)
    {
        AgentAddress.TryParse(text, out var address, out var whyNot).ShouldBeTrue();
        (address!.Text, address.Name, address.IsLocal).ShouldBe((text, name, isLocal));
        address.ToString().ShouldBe(text);
        whyNot.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "an agent is named as dmonaName://NAME or dmona://NAME")]
    [InlineData("dmona1", "an agent is named as dmonaName://NAME or dmona://NAME")]
    [InlineData("dmonaname://dmona1", "an agent is named as dmonaName://NAME or dmona://NAME")]
    [InlineData("DMONA://dmona1", "an agent is named as dmonaName://NAME or dmona://NAME")]
    [InlineData(" dmona://dmona1", "an agent is named as dmonaName://NAME or dmona://NAME")]
    [InlineData("http://dmona1", "an agent is named as dmonaName://NAME or dmona://NAME")]
    [InlineData("dmona://", "the agent's name is empty")]
    [InlineData("dmona://a b", "the agent's name has a character that is none of A-Z a-z 0-9 . _ -")]
    [InlineData("dmona://a/b", "the agent's name has a character that is none of A-Z a-z 0-9 . _ -")]
    [InlineData("dmona://é", "the agent's name has a character that is none of A-Z a-z 0-9 . _ -")]
    [InlineData("dmona://a\n", "the agent's name has a character that is none of A-Z a-z 0-9 . _ -")]
    public void What_is_wrong_with_a_reference_is_said(string text, string expected)
    {
        AgentAddress.TryParse(text, out var address, out var whyNot).ShouldBeFalse();
        address.ShouldBeNull();
        whyNot.ShouldBe(expected);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_name_has_255_characters_at_most(int length, bool isFine)
    {
        AgentAddress.TryParse("dmona://" + new string('a', length), out _, out var whyNot).ShouldBe(isFine);
        whyNot.ShouldBe(isFine ? null : "the agent's name is longer than 255 characters");
    }

    [Fact]
    public void Any_name_of_allowed_characters_comes_back_under_either_scheme() =>
        Gen.String[Gen.Char[NameCharacters], 1, 255].Sample(name =>
            AgentAddress.TryParse("dmonaName://" + name, out var one, out _)
            && AgentAddress.TryParse("dmona://" + name, out var other, out _)
            && one.Name == name && one.IsSameAgentAs(other) && one.IsSameAgentAs(AgentAddress.Of(name)));

    [Fact]
    public void Names_are_compared_by_case() =>
        AgentAddress.Of("dmona1").IsSameAgentAs(AgentAddress.Of("Dmona1")).ShouldBeFalse();

    [Fact]
    public void The_local_agent_has_a_name_of_its_own()
    {
        AgentAddress.Local.Text.ShouldBe("dmonaName://local_mona");
        AgentAddress.Local.IsLocal.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public void What_can_not_be_a_name_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => AgentAddress.Of(name)).Message
            .ShouldContain($"'{name}' can't name an agent");

    [Fact]
    public void A_name_that_is_just_not_too_long_is_refused_for_its_character() => WhyNot(new string('a', 254) + "/")
        .ShouldBe("the agent's name has a character that is none of A-Z a-z 0-9 . _ -");

    [Fact]
    public void A_stored_text_that_names_no_agent_is_told() =>
        Should.Throw<InvalidOperationException>(() => AgentAddress.Stored("nobody")).Message
            .ShouldBe("'nobody' was stored but names no agent.");

    [Fact]
    public void Nothing_is_said_of_a_text_that_is_none()
    {
        Should.Throw<ArgumentNullException>(() =>
            AgentAddress.TryParse(null!, out _, out _)).ParamName.ShouldBe("text");
        Should.Throw<ArgumentNullException>(() => AgentAddress.IsName(null!)).ParamName.ShouldBe("name");
        Should.Throw<ArgumentNullException>(() => AgentAddress.Local.IsSameAgentAs(null!)).ParamName.ShouldBe("other");
    }

    private static string? WhyNot(string name) =>
        AgentAddress.TryParse("dmona://" + name, out _, out var whyNot) ? null : whyNot;
}
