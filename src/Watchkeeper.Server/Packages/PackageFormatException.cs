namespace Watchkeeper.Server.Packages;

/// <summary>A package, or a part of it, is not what it should be. The message is for clients and names what is
/// wrong.</summary>
/// <remarks>Thrown by the readers of this folder and turned into a fault where they are called.</remarks>
internal sealed class PackageFormatException(string message) : Exception(message);
