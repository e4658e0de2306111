using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Operations;

/// <summary>Expected failures of the infrastructure.</summary>
internal static class VimFaults
{
    public static Fault NotMade(string why) => new(
        "faults/vim-create-failed", "The VIM could not make a VM", 502, why);

    public static Fault NotRemoved(string why) => new(
        "faults/vim-delete-failed", "The VIM could not remove a VM", 502, why);

    public static Fault Objected(string why) => new(
        "faults/vim-objection", "The VIM can't make a VM as asked", 409, why);

    public static Fault NotAlive(string vnfcs, double seconds) => new(
        "faults/not-alive", "A VM did not come alive", 504,
        $"No sign of life within {seconds} s from {vnfcs}.");
}
