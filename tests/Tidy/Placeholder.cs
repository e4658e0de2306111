namespace Placeholder;

public class Compiles
{
    [Fact]
    public void It_builds() => true.ShouldBeTrue();
}
