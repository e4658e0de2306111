using System.Globalization;
using Watchkeeper.Server.Packages.Descriptors;

namespace Watchkeeper.Server.Packages.Resolution;

/// <summary>Reads settings with the inputs put in; what is wrong is thrown with the setting's name and place.</summary>
internal sealed class SettingReader(InputValues inputs, VnfdFlavour flavour)
{
    /// <summary>The text of a setting; null when it is absent, or its input has no value in a rehearsal.</summary>
    public string? Text(Setting? setting) => setting is null ? null
        : TextOrNone(setting) ?? (inputs.IsRehearsal ? null : throw Refused(setting, "the input has no value"));

    /// <summary>The text of a setting that may do without: null when its input has no value.</summary>
    public string? TextOrNone(Setting setting)
    {
        if (setting.Input is not { } name)
        {
            return setting.Literal;
        }

        if (inputs.Values.TryGetValue(name, out var value))
        {
            return VnfdInput.TextOf(value);
        }

        return flavour.Inputs.Any(input => input.Name == name)
            ? null
            : throw Refused(setting, $"there is no input '{Excerpt.Of(name)}'");
    }

    /// <summary>A whole number; an absent one is the fallback.</summary>
    public int Whole(Setting? setting, int least, int most, int fallback) => Text(setting) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw Refused(setting!, $"'{Excerpt.Of(text)}' is not a whole number from {least} to {most}");

    public double Number(Setting? setting, double fallback) => Text(setting) is not { } text ? fallback
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : throw Refused(setting!, $"'{Excerpt.Of(text)}' is not a number");

    public bool Flag(Setting? setting, bool fallback) => Text(setting) is not { } text ? fallback
        : bool.TryParse(text, out var flag)
            ? flag
            : throw Refused(setting!, $"'{Excerpt.Of(text)}' is neither true nor false");

    /// <summary>A duration given as a number of units.</summary>
    public TimeSpan Duration(Setting? setting, TimeSpan unit, TimeSpan least, TimeSpan most, TimeSpan fallback)
    {
        if (Text(setting) is null)
        {
            return fallback;
        }

        var seconds = Number(setting, 0) * unit.TotalSeconds;
        return seconds >= least.TotalSeconds && seconds <= most.TotalSeconds
            ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1_000))
            : throw Refused(
                setting!, $"{seconds} s is not from {least.TotalSeconds} to {most.TotalSeconds} s");
    }

    /// <summary>A size as SOL001 writes it: a number and a unit, or bytes (TOSCA scalar-unit.size).</summary>
    public long Bytes(Setting? setting, long least, long most, long fallback)
    {
        if (Text(setting) is not { } text)
        {
            return fallback;
        }

        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        double unit = text[digits..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "KB" => 1e3,
            "KIB" => 1L << 10,
            "MB" => 1e6,
            "MIB" => 1L << 20,
            "GB" => 1e9,
            "GIB" => 1L << 30,
            "TB" => 1e12,
            "TIB" => 1L << 40,
            _ => 0,
        };
        return double.TryParse(text[..digits], CultureInfo.InvariantCulture, out var number)
            && number * unit >= least && number * unit <= most
            ? (long)(number * unit)
            : throw Refused(setting!, $"'{Excerpt.Of(text)}' is not a size from {least} to {most} bytes");
    }

    public static PackageFormatException Refused(Setting setting, string why) => new(
        setting.Input is { } input
            ? $"{setting.Place}: {setting.Name} (input '{Excerpt.Of(input)}'): {why}"
            : $"{setting.Place}: {setting.Name}: {why}");
}
