using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>The steps of all operations. A plan that names a step nobody wrote stops the start.</summary>
internal sealed class StepCatalog
{
    private readonly ImmutableDictionary<(LcmOperationType, StepName), IStep> _steps;

    public StepCatalog(IEnumerable<IStep> steps, PlanCatalog plans)
    {
        _steps = steps.ToImmutableDictionary(step => (step.Operation, step.Name));
        foreach (var plan in plans.All)
        {
            var named = plan.Preparation.Concat(plan.Forward).Concat(plan.Backward)
                .SelectMany(step => step.Amend is { } amend ? [step.Name, amend] : new[] { step.Name });
            foreach (var name in named.Where(name => !_steps.ContainsKey((plan.Operation, name))))
            {
                throw new InvalidOperationException($"{plan.Operation} version {plan.Version} has no step '{name}'.");
            }
        }
    }

    public IStep For(LcmOperationType operation, StepName name) => _steps[(operation, name)];
}
