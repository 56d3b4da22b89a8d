import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A value that a handler's class stored with `context.store`. */
@Entity('handler_values')
export class HandlerValueEntity {
  /** Hangar's own id. */
  @PrimaryColumn('uuid', { name: 'installation_id', primaryKeyConstraintName: 'handler_values_pkey' })
  installationId!: string;

  @PrimaryColumn('text', { name: 'handler_class', primaryKeyConstraintName: 'handler_values_pkey' })
  handlerClass!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'handler_values_pkey' })
  key!: string;

  /** JSON; as text, since `jsonb` cannot store every JSON text. */
  @Column('text')
  value!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
