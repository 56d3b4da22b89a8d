import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What v1's webhooks announce: webhooks about the same change are found by field, values, person and time. */
export class AnnouncedChanges1765045000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE event_folds
      ADD COLUMN group_key text,
      ADD COLUMN actor text,
      ADD COLUMN change text,
      ADD COLUMN members text[],
      ADD COLUMN is_member boolean,
      ADD COLUMN plane_at timestamptz,
      ADD COLUMN folded_into uuid,
      ADD COLUMN released boolean NOT NULL DEFAULT false`);
    await runner.query(`CREATE INDEX event_folds_group_idx ON event_folds (group_key, plane_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX event_folds_group_idx`);
    await runner.query(`ALTER TABLE event_folds
      DROP COLUMN released, DROP COLUMN folded_into, DROP COLUMN plane_at, DROP COLUMN is_member, DROP COLUMN members,
      DROP COLUMN change, DROP COLUMN actor, DROP COLUMN group_key`);
  }
}
