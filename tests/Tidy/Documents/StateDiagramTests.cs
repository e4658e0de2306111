using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.LcmOperationState;
using static Watchkeeper.Lifecycle.Operations.LcmTrigger;

namespace Tidy.Documents;

public class StateDiagramTests
{
    private const string Update = "WATCHKEEPER_UPDATE_DOCS";
    private const string Page = "ARCHITECTURE.md";

    [Fact]
    public void ARCHITECTURE_shows_the_arrows_of_the_table()
    {
        var page = Repository.Current.Find(Page).ShouldNotBeNull().Text;
        var rendered = StateDiagram.Put(page, StateDiagram.Render(LcmStateMachine.Arrows));
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Current.Root, Page), rendered);
            return;
        }

        page.ShouldBe(rendered, $"Its picture is not the table's. Run Tidy once with {Update}=1.");
    }

    [Fact]
    public void Another_arrow_is_another_picture()
    {
        ImmutableArray<LcmArrow> two = [new(Starting, Admitted, Processing), new(Processing, Interrupted, FailedTemp)];
        StateDiagram.Render(two).ShouldBe(
            """
            ```mermaid
            stateDiagram-v2
                [*] --> STARTING
                STARTING --> PROCESSING: admitted
                PROCESSING --> FAILED_TEMP: interrupted
                FAILED_TEMP --> [*]
            ```

            """);
        StateDiagram.Render([.. two, new(FailedTemp, FailRequested, Failed)]).ShouldNotBe(StateDiagram.Render(two));
    }

    [Fact]
    public void A_page_without_a_place_for_it_is_told_so() =>
        Should.Throw<InvalidOperationException>(() => StateDiagram.Put("# Page\n", ""))
            .Message.ShouldContain("two lines");
}
