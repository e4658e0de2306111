namespace EndToEnd.ErrorTable;

/// <summary>A stage for all tests of a class.</summary>
public abstract class SharedStage(bool terminalStateOnError) : IAsyncLifetime
{
    internal Stage Stage { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stage = await Stage.StartAsync(terminalStateOnError);

    public async ValueTask DisposeAsync()
    {
        if (Stage is not null)
        {
            await Stage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
