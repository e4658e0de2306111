using System.Security.Cryptography;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Notifications;

/// <summary>A form in which an entry of the log is told; a migration may have two.</summary>
/// <param name="Id">The notification's id: the same whenever it is told again.</param>
/// <param name="Type">Its type.</param>
/// <param name="Operation">The operation that it names; null for what is of none.</param>
internal readonly record struct NotificationForm(Guid Id, string Type, string? Operation)
{
    /// <summary>The operation as which the standard knows a migration: an attribute of the instance changes.</summary>
    public const string StandardOperation = "MODIFY_INFO";

    /// <summary>The form in which an entry is stored.</summary>
    public static NotificationForm Of(NotificationEntry entry) => new(
        entry.Id, entry.Type, entry.Operation is { } operation ? Spelling.Of(operation.Operation) : null);

    /// <summary>All forms of an entry under a profile, in the order in which they are told.</summary>
    public static ImmutableArray<NotificationForm> AllOf(NotificationEntry entry, NotificationProfile profile)
    {
        var stored = Of(entry);
        if (entry.Operation?.Operation != LcmOperationType.MonitoringMigration || !profile.TellsStandard)
        {
            return [stored];
        }

        var standard = new NotificationForm(
            StandardIdOf(entry.Id), NotificationTypes.OperationOccurrence, StandardOperation);
        return profile.TellsSource ? [stored, standard] : [standard];
    }

    // Another notification, so another id, and one that a restart, under another profile too, does not change: a UUID
    // of version 8 (RFC 9562) from a hash of the entry's.
    private static Guid StandardIdOf(Guid id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id.ToByteArray(bigEndian: true), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
