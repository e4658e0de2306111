using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Watchkeeper.Server.Storage.Model;

/// <summary>
/// The tables, for migrations and queries. Writes don't go through it: they are data for the group-commit writer.
/// </summary>
internal sealed class WatchkeeperDb(DbContextOptions<WatchkeeperDb> options) : DbContext(options)
{
    public DbSet<InstanceRecord> Instances => Set<InstanceRecord>();

    public DbSet<OccurrenceRecord> Occurrences => Set<OccurrenceRecord>();

    public DbSet<VnfcRecord> Vnfcs => Set<VnfcRecord>();

    public DbSet<LevelRecord> Levels => Set<LevelRecord>();

    public DbSet<NotificationRecord> Notifications => Set<NotificationRecord>();

    public DbSet<EventRecord> Events => Set<EventRecord>();

    public DbSet<SubscriptionRecord> Subscriptions => Set<SubscriptionRecord>();

    public DbSet<AgentRecord> Agents => Set<AgentRecord>();

    public DbSet<AlarmRecord> Alarms => Set<AlarmRecord>();

    public DbSet<PackageRecord> Packages => Set<PackageRecord>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InstanceRecord>().ToTable("vnf_instances").HasKey(row => row.Id);

        modelBuilder.Entity<OccurrenceRecord>(table =>
        {
            table.ToTable("occurrences").HasKey(row => row.Id);

            // The rule that a VNF instance has one open occurrence at most is the database's, so that no race can
            // break it.
            table.HasIndex(row => row.VnfInstanceId).IsUnique().HasFilter("is_open")
                .HasDatabaseName("ux_occurrences_open");
            table.HasIndex(row => row.EndedAt).HasFilter("ended_at IS NOT NULL")
                .HasDatabaseName("ix_occurrences_ended");
            table.HasIndex(row => row.NeedsWork).HasFilter("needs_work").HasDatabaseName("ix_occurrences_work");
            table.HasIndex(row => row.FailedTempAt).HasFilter("failed_temp_at IS NOT NULL")
                .HasDatabaseName("ix_occurrences_failed_temp");
        });

        modelBuilder.Entity<VnfcRecord>(table =>
        {
            table.ToTable("vnfcs").HasKey(row => row.Id);
            table.HasIndex(row => new { row.VnfInstanceId, row.Id }).HasDatabaseName("ix_vnfcs_instance");
        });

        modelBuilder.Entity<LevelRecord>().ToTable("levels").HasKey(row => row.Target);

        // Numbers are never given twice, also after the newest rows were pruned: readers remember them.
        modelBuilder.Entity<NotificationRecord>(table =>
        {
            table.ToTable("notifications").HasKey(row => row.Position);
            table.Property(row => row.Position).ValueGeneratedOnAdd();
        });

        modelBuilder.Entity<EventRecord>(table =>
        {
            table.ToTable("core_events").HasKey(row => row.Id);
            table.Property(row => row.Id).ValueGeneratedOnAdd();
            table.HasIndex(row => new { row.VnfInstanceId, row.Id }).HasDatabaseName("ix_core_events_instance");
        });

        modelBuilder.Entity<SubscriptionRecord>().ToTable("subscriptions").HasKey(row => row.Id);
        modelBuilder.Entity<AgentRecord>().ToTable("agents").HasKey(row => row.Name);

        DescribePackages(modelBuilder);
        DescribeAlarms(modelBuilder);
        NameColumns(modelBuilder);
    }

    private static void DescribePackages(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<PackageRecord>(table =>
        {
            table.ToTable("packages").HasKey(row => row.Id);
            table.HasIndex(row => row.VnfdId).IsUnique().HasDatabaseName("ux_packages_vnfd");
        });

    private static void DescribeAlarms(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<AlarmRecord>(table =>
        {
            table.ToTable("alarms").HasKey(row => row.Id);

            // The rule that a cause and an object have one open alarm at most is the database's: however often it is
            // reported, and by how many at once.
            table.HasIndex(row => new { row.Code, row.Subject }).IsUnique().HasFilter("cleared_at IS NULL")
                .HasDatabaseName("ux_alarms_open");
            table.HasIndex(row => row.ClearedAt).HasFilter("cleared_at IS NOT NULL")
                .HasDatabaseName("ix_alarms_cleared");
        });

    // VnfInstanceId is the column vnf_instance_id, and so on.
    private static void NameColumns(ModelBuilder modelBuilder)
    {
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}

/// <summary>Lets the migration tool make a context without starting the server.</summary>
internal sealed class WatchkeeperDbForMigrations : IDesignTimeDbContextFactory<WatchkeeperDb>
{
    /// <inheritdoc />
    public WatchkeeperDb CreateDbContext(string[] args) => new(DatabaseFile.Options("design.db"));
}
