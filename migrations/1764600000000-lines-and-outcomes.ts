import { type MigrationInterface, type QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE queue_lines (
     queue text NOT NULL,
     line text NOT NULL,
     position bigint GENERATED ALWAYS AS IDENTITY,
     data jsonb NOT NULL,
     priority integer NOT NULL,
     wait_seconds double precision NOT NULL,
     job_id uuid,
     added_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT queue_lines_pkey PRIMARY KEY (queue, line, position)
   )`,
  `CREATE INDEX queue_lines_job_idx ON queue_lines (job_id) WHERE job_id IS NOT NULL`,
  `CREATE TABLE delivery_outcomes (
     delivery_id uuid NOT NULL,
     handler text NOT NULL,
     state text NOT NULL,
     attempts jsonb NOT NULL DEFAULT '[]',
     log jsonb NOT NULL DEFAULT '[]',
     last_error text,
     folded_into uuid,
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT delivery_outcomes_pkey PRIMARY KEY (delivery_id, handler),
     CONSTRAINT delivery_outcomes_state_check CHECK (
       state IN ('handled', 'skipped', 'parked', 'delayed', 'failed', 'dead_lettered', 'folded'))
   )`,
  `CREATE INDEX delivery_outcomes_trouble_idx ON delivery_outcomes (state, delivery_id)
     WHERE state NOT IN ('handled', 'skipped')`,
  `CREATE INDEX delivery_outcomes_folded_idx ON delivery_outcomes (folded_into) WHERE folded_into IS NOT NULL`,
  `CREATE TABLE event_folds (
     key text NOT NULL,
     field text NOT NULL,
     delivery_id uuid NOT NULL,
     received_at timestamptz NOT NULL,
     CONSTRAINT event_folds_pkey PRIMARY KEY (key)
   )`,
  `CREATE INDEX event_folds_received_idx ON event_folds (received_at)`,
  `ALTER TABLE deliveries ADD COLUMN work_item_id text`,
];

const DOWN = [
  `ALTER TABLE deliveries DROP COLUMN work_item_id`,
  `DROP TABLE event_folds`,
  `DROP TABLE delivery_outcomes`,
  `DROP TABLE queue_lines`,
];

/** Jobs in order, what became of deliveries, and webhooks that tell of the same change. */
export class LinesAndOutcomes1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
