import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Who did what: entries that are chained by their hashes, and the head of the chain. Nothing but an insert that follows
 * the head is let through, whoever asks. The head moves with the rights of whoever ran the migration: a role that
 * appends needs INSERT and SELECT on the log, SELECT on the head, and nothing else.
 */
export class AuditLog1764810000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        seq bigint NOT NULL,
        at timestamptz(3) NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        actor_name text,
        actor_from text,
        action text NOT NULL,
        target text,
        outcome text NOT NULL,
        details jsonb NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL,
        CONSTRAINT audit_log_pkey PRIMARY KEY (seq)
      )`);
    await runner.query(`CREATE INDEX audit_log_at_idx ON audit_log (at)`);
    await runner.query(`CREATE INDEX audit_log_action_idx ON audit_log (action, seq)`);
    await runner.query(`CREATE INDEX audit_log_actor_idx ON audit_log (actor_id, seq)`);
    await runner.query(`CREATE INDEX audit_log_target_idx ON audit_log (target, seq)`);
    await runner.query(`CREATE INDEX audit_log_outcome_idx ON audit_log (outcome, seq)`);
    await runner.query(`
      CREATE TABLE audit_head (
        single boolean NOT NULL,
        seq bigint NOT NULL,
        hash text NOT NULL,
        CONSTRAINT audit_head_pkey PRIMARY KEY (single),
        CONSTRAINT audit_head_single_check CHECK (single)
      )`);
    await runner.query(`INSERT INTO audit_head VALUES (true, 0, repeat('0', 64))`);
    await guard(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_log`);
    await runner.query(`DROP TABLE audit_head`);
    await runner.query(`DROP FUNCTION audit_append()`);
    await runner.query(`DROP FUNCTION audit_refuse()`);
  }
}

async function guard(runner: QueryRunner): Promise<void> {
  // Names the schema itself: with the owner's rights, a search path would let others choose the table.
  await runner.query(`
    CREATE FUNCTION audit_append() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      moved integer;
    BEGIN
      EXECUTE format(
        'UPDATE %I.audit_head SET seq = $1, hash = $2 WHERE seq = $1 - 1 AND hash = $3', TG_TABLE_SCHEMA
      ) USING NEW.seq, NEW.hash, NEW.previous_hash;
      GET DIAGNOSTICS moved = ROW_COUNT;
      IF moved <> 1 THEN
        RAISE EXCEPTION 'entry % does not follow the last one of the audit log', NEW.seq
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$`);
  await runner.query(`
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% of % is refused: the audit log only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
    END $$`);
  await runner.query(`
    CREATE TRIGGER audit_log_append BEFORE INSERT ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_append()`);
  await runner.query(`
    CREATE TRIGGER audit_log_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`);
  await runner.query(`
    CREATE TRIGGER audit_head_keep BEFORE INSERT OR DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`);
  await runner.query(`
    CREATE TRIGGER audit_head_move BEFORE UPDATE ON audit_head
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refuse()`);
}
