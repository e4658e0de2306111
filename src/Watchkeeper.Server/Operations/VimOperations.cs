using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Operations;

/// <summary>Tells a VIM on whose behalf it is asked.</summary>
internal static class VimOperations
{
    public static VimOperation Of(VnfLcmOpOcc operation, JsonElement? simulate = null) => new(
        Spelling.Of(operation.Operation), operation.Id, operation.VnfInstanceId, operation.IsBackward, simulate);
}
