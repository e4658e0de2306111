using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Watchkeeper.Server.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OccurrencesAtWork : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "needs_work",
                table: "occurrences",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "failed_temp_at",
                table: "occurrences",
                type: "INTEGER",
                nullable: true);

            // What is stored already is given what its next update would give it.
            migrationBuilder.Sql(
                """
                UPDATE occurrences SET
                    needs_work = json_extract(document, '$.state') <> 'FailedTemp' OR (
                        json_extract(document, '$.leavesFailedTempUnattended')
                        AND NOT json_extract(document, '$.isBackward')),
                    failed_temp_at = CASE WHEN json_extract(document, '$.state') = 'FailedTemp' THEN CAST(ROUND(
                        (julianday(json_extract(document, '$.stateEnteredTime')) - 2440587.5) * 86400000)
                        AS INTEGER) END
                WHERE is_open
                """);

            migrationBuilder.CreateIndex(
                name: "ix_occurrences_failed_temp",
                table: "occurrences",
                column: "failed_temp_at",
                filter: "failed_temp_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_occurrences_work",
                table: "occurrences",
                column: "needs_work",
                filter: "needs_work");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_occurrences_failed_temp",
                table: "occurrences");

            migrationBuilder.DropIndex(
                name: "ix_occurrences_work",
                table: "occurrences");

            migrationBuilder.DropColumn(
                name: "failed_temp_at",
                table: "occurrences");

            migrationBuilder.DropColumn(
                name: "needs_work",
                table: "occurrences");
        }
    }
}
