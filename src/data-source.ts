import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../migrations/migrations.js';
import { AgentActivityEntity } from './agents/agent-activity.entity.js';
import { AgentRunEntity } from './agents/agent-run.entity.js';
import { AgentTurnEntity } from './agents/agent-turn.entity.js';
import { AuditHeadEntity } from './audit/audit-head.entity.js';
import { AuditLogEntity } from './audit/audit-log.entity.js';
import { CatchUpGapEntity } from './catch-up/catch-up-gap.entity.js';
import { CatchUpRunEntity } from './catch-up/catch-up-run.entity.js';
import { CatchUpStateEntity } from './catch-up/catch-up-state.entity.js';
import { loadConfig, processEnvironment } from './config/load-config.js';
import { dataSourceOptions } from './database/data-source-options.js';
import { UsedLogoutTokenEntity } from './identity/sessions/used-logout-token.entity.js';
import { SQL_TABLES } from './database/sql-tables.js';
import { LinkedUserEntity } from './identity/people/linked-user.entity.js';
import { PersonEntity } from './identity/people/person.entity.js';
import { ConsoleSessionEntity } from './identity/sessions/console-session.entity.js';
import { IdempotencyKeyEntity } from './api/idempotency/idempotency-key.entity.js';
import { ActivityMinuteEntity } from './activity/activity-minute.entity.js';
import { CallBudgetEntity } from './plane/call-budget.entity.js';
import { ConnectionStateEntity } from './installations/connection-state.entity.js';
import { InstallationEntity } from './installations/installation.entity.js';
import { OAuthStateEntity } from './oauth/oauth-state.entity.js';
import { UsedValueEntity } from './oauth/used-value.entity.js';
import { ScheduleEntity } from './tasks/schedule.entity.js';
import { ScheduledTaskEntity } from './tasks/scheduled-task.entity.js';
import { TokenEntity } from './tokens/token.entity.js';
import { DeliveryEntity } from './webhooks/deliveries/delivery.entity.js';
import { WebhookSecretEntity } from './webhooks/workspace-secrets/webhook-secret.entity.js';
import { WorkspaceTrafficEntity } from './webhooks/traffic-monitor/workspace-traffic.entity.js';
import { WorkItemLookupEntity } from './webhooks/work-item-projects/work-item-lookup.entity.js';
import { HandlerValueEntity } from './webhooks/handler-store/handler-value.entity.js';
import { OnceRecordEntity } from './webhooks/handler-store/once-record.entity.js';
import { HandlerPauseEntity } from './webhooks/pauses/handler-pause.entity.js';

/** Every table of Hangar. */
export const ENTITIES = [
  CallBudgetEntity,
  ConnectionStateEntity,
  InstallationEntity,
  TokenEntity,
  OAuthStateEntity,
  UsedValueEntity,
  DeliveryEntity,
  WorkspaceTrafficEntity,
  WebhookSecretEntity,
  IdempotencyKeyEntity,
  HandlerPauseEntity,
  HandlerValueEntity,
  OnceRecordEntity,
  WorkItemLookupEntity,
  ActivityMinuteEntity,
  AuditLogEntity,
  AuditHeadEntity,
  ConsoleSessionEntity,
  UsedLogoutTokenEntity,
  PersonEntity,
  LinkedUserEntity,
  AgentRunEntity,
  AgentTurnEntity,
  AgentActivityEntity,
  ScheduledTaskEntity,
  ScheduleEntity,
  CatchUpStateEntity,
  CatchUpRunEntity,
  CatchUpGapEntity,
  ...SQL_TABLES,
];

const config = loadConfig(processEnvironment());

/** The database of `DATABASE_URL`, for TypeORM's CLI: `npx typeorm -d dist/src/data-source.js …`. */
export default new DataSource({
  ...dataSourceOptions(config.databaseUrl, { schema: config.databaseSchema }),
  entities: ENTITIES,
  migrations: MIGRATIONS,
});
