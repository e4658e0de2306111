using System.Text;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Packages.Yaml;

namespace Server.Tests.Packages;

public class YamlReaderTests
{
    [Fact]
    public void A_document_is_read_with_its_places()
    {
        var root = YamlReader.Read("f.yaml", "a: &x [1, 'two']\nb: *x\n", new YamlBudget()).ShouldBeOfType<YamlMap>();

        var list = root["a"].ShouldBeOfType<YamlList>();
        root["b"].ShouldBeSameAs(list);
        list.Items[1].ShouldBeOfType<YamlScalar>().IsPlain.ShouldBeFalse();
        list.Items[1].Place.ToString().ShouldBe("f.yaml, line 1, column 11");
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "line 2, column 1: the key 'a' is there twice")]
    [InlineData("a: {b: 1, 'b': 2}\n", "the key 'b' is there twice")]
    [InlineData("a: !!binary aGk=\n", "line 1, column 4: the tag tag:yaml.org,2002:binary is outside")]
    [InlineData("a: !local x\n", "the tag !local is outside the YAML core schema")]
    [InlineData("a: !!set {x}\n", "outside the YAML core schema")]
    [InlineData("a: !<tag:example.com,2000:x> x\n", "outside the YAML core schema")]
    [InlineData("a: !!int x\n", "'x' is no !!int")]
    [InlineData("a: !!map x\n", "not one of a scalar")]
    [InlineData("a: !!str [x]\n", "outside the YAML core schema")]
    [InlineData("a: *none\n", "the alias *none names no anchor")]
    [InlineData("a: &x [*x]\n", "stands inside its own anchor")]
    [InlineData("? [a]\n: b\n", "the key of a map must be a scalar")]
    [InlineData("a: &x {b: 1}\nc: {<<: *x}\n", "merge keys")]
    [InlineData("a: 1\n---\nb: 2\n", "a second document")]
    [InlineData("", "holds no YAML document")]
    [InlineData("a: [1\n", "this is not YAML")]
    [InlineData("a: \"\\q\"\n", "this is not YAML")]
    [InlineData("%YAML 9.9\n---\na: 1\n", "this is not YAML")]
    public void What_is_wrong_is_refused_with_its_place(string text, string why)
    {
        var message =
            Should.Throw<PackageFormatException>(() => YamlReader.Read("f.yaml", text, new YamlBudget())).Message;

        message.ShouldStartWith("f.yaml");
        message.ShouldContain(why);
    }

    [Theory]
    [InlineData("!!str 1", false)]
    [InlineData("! 1", false)]
    [InlineData("!!int 1", true)]
    [InlineData("!!float 1.5", true)]
    [InlineData("!!bool true", true)]
    [InlineData("!!null ~", true)]
    public void Tags_of_the_core_schema_are_known(string text, bool isPlain) =>
        YamlReader.Read("f.yaml", text, new YamlBudget()).ShouldBeOfType<YamlScalar>().IsPlain.ShouldBe(isPlain);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Sixty_four_levels_are_read(int depth, bool isRead)
    {
        // A scalar in 63 lists stands at level 64.
        var text = new string('[', depth - 1) + "x" + new string(']', depth - 1);

        IsRead(text).ShouldBe(isRead);
    }

    [Fact]
    public void Levels_are_counted_through_aliases()
    {
        var text = "a: &x " + new string('[', 40) + new string(']', 40)
            + "\nb: " + new string('[', 40) + "*x" + new string(']', 40);

        Refusal(text).ShouldContain("deeper than 64 levels");
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void Ten_thousand_uses_of_aliases_are_read(int uses, bool isRead) =>
        IsRead("- &x y\n" + string.Concat(Enumerable.Repeat("- *x\n", uses))).ShouldBe(isRead);

    [Fact]
    public void A_billion_laughs_are_refused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Refusal(text.ToString()).ShouldContain("with aliases followed");
    }

    [Fact]
    public void More_than_eight_MiB_are_refused() =>
        Refusal("a: " + new string('x', (int)YamlLimits.Bytes)).ShouldContain("8 MiB");

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("&a ")]
    [InlineData("'")]
    [InlineData("a: ")]
    [InlineData("\t")]
    [InlineData("*a ")]
    [InlineData("!")]
    [InlineData("%")]
    [InlineData("a,")]
    [InlineData("[a: ")]
    [InlineData("{a, ")]
    public void Eight_MiB_of_one_sign_do_not_hang(string sign)
    {
        var text = string.Concat(Enumerable.Repeat(sign, (8 << 20) / sign.Length));
        try
        {
            YamlReader.Read("f.yaml", text, new YamlBudget());
        }
        catch (PackageFormatException refused)
        {
            refused.Message.ShouldStartWith("f.yaml");
        }
    }

    [Fact]
    public void The_limits_are_those_of_all_files_together()
    {
        var budget = new YamlBudget();
        var text = "- &x y\n" + string.Concat(Enumerable.Repeat("- *x\n", 6_000));
        YamlReader.Read("one.yaml", text, budget);
        Should.Throw<PackageFormatException>(() => YamlReader.Read("two.yaml", text, budget))
            .Message.ShouldContain("two.yaml, line 4002, column 3: more than 10000 uses of aliases in the package");

        budget = new YamlBudget();
        var large = "a: " + new string('x', 5 << 20);
        YamlReader.Read("one.yaml", large, budget);
        Should.Throw<PackageFormatException>(() => YamlReader.Read("two.yaml", large, budget))
            .Message.ShouldBe("two.yaml: more than 8 MiB of YAML in the package");

        budget = new YamlBudget();
        var wide = "[" + string.Concat(Enumerable.Repeat("x,", 600_000)) + "]";
        YamlReader.Read("one.yaml", wide, budget);
        Should.Throw<PackageFormatException>(() => YamlReader.Read("two.yaml", wide, budget))
            .Message.ShouldContain("more than 1000000 nodes with aliases followed in the package");
    }

    private static bool IsRead(string text)
    {
        try
        {
            YamlReader.Read("f.yaml", text, new YamlBudget());
            return true;
        }
        catch (PackageFormatException)
        {
            return false;
        }
    }

    private static string Refusal(string text) =>
        Should.Throw<PackageFormatException>(() => YamlReader.Read("f.yaml", text, new YamlBudget())).Message;
}
