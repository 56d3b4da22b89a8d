import { MainPath1764000000000 } from './1764000000000-main-path.js';
import { TokenLeases1764100000000 } from './1764100000000-token-leases.js';
import { TokenSchedule1764200000000 } from './1764200000000-token-schedule.js';
import { Uninstalls1764400000000 } from './1764400000000-uninstalls.js';
import { CallBudgets1764500000000 } from './1764500000000-call-budgets.js';
import { LinesAndOutcomes1764600000000 } from './1764600000000-lines-and-outcomes.js';
import { WorkspaceTraffic1764700000000 } from './1764700000000-workspace-traffic.js';
import { WebhookSecrets1764710000000 } from './1764710000000-webhook-secrets.js';
import { DeliveryFilters1764720000000 } from './1764720000000-delivery-filters.js';
import { AuditLog1764810000000 } from './1764810000000-audit-log.js';
import { Operators1764820000000 } from './1764820000000-operators.js';
import { DeliveryLists1764830000000 } from './1764830000000-delivery-lists.js';
import { HandlerPauses1764840000000 } from './1764840000000-handler-pauses.js';
import { ActivityMinutes1764840100000 } from './1764840100000-activity-minutes.js';
import { IdempotencyKeys1764850000000 } from './1764850000000-idempotency-keys.js';
import { AuditAppendRights1764860000000 } from './1764860000000-audit-append-rights.js';
import { OAuthUsedValues1764870000000 } from './1764870000000-oauth-used-values.js';
import { DeliveryKeys1764880000000 } from './1764880000000-delivery-keys.js';
import { QueueSchema1764900000000 } from './1764900000000-queue-schema.js';
import { WorkItemLookups1764910000000 } from './1764910000000-work-item-lookups.js';
import { BaseUrlSpelling1764911000000 } from './1764911000000-base-url-spelling.js';
import { ParkedSince1764920000000 } from './1764920000000-parked-since.js';
import { Agents1765000000000 } from './1765000000000-agents.js';
import { AgentStops1765010000000 } from './1765010000000-agent-stops.js';
import { HandlerStore1765020000000 } from './1765020000000-handler-store.js';
import { Tasks1765030000000 } from './1765030000000-tasks.js';
import { AnnouncedChanges1765045000000 } from './1765045000000-announced-changes.js';
import { PlaneConnections1765100000000 } from './1765100000000-plane-connections.js';
import { CatchUp1765120000000 } from './1765120000000-catch-up.js';
import { Connections1765130000000 } from './1765130000000-connections.js';
import { DeliveryConnections1765140000000 } from './1765140000000-delivery-connections.js';
import { AgentConnections1765150000000 } from './1765150000000-agent-connections.js';
import { CatchUpConnections1765160000000 } from './1765160000000-catch-up-connections.js';
import { ConnectionTraffic1765400000000 } from './1765400000000-connection-traffic.js';
import { CatchUpTotals1765500000000 } from './1765500000000-catch-up-totals.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  MainPath1764000000000,
  TokenLeases1764100000000,
  TokenSchedule1764200000000,
  Uninstalls1764400000000,
  CallBudgets1764500000000,
  LinesAndOutcomes1764600000000,
  WorkspaceTraffic1764700000000,
  WebhookSecrets1764710000000,
  DeliveryFilters1764720000000,
  AuditLog1764810000000,
  Operators1764820000000,
  DeliveryLists1764830000000,
  HandlerPauses1764840000000,
  ActivityMinutes1764840100000,
  IdempotencyKeys1764850000000,
  AuditAppendRights1764860000000,
  OAuthUsedValues1764870000000,
  DeliveryKeys1764880000000,
  QueueSchema1764900000000,
  WorkItemLookups1764910000000,
  BaseUrlSpelling1764911000000,
  ParkedSince1764920000000,
  Agents1765000000000,
  AgentStops1765010000000,
  HandlerStore1765020000000,
  Tasks1765030000000,
  AnnouncedChanges1765045000000,
  PlaneConnections1765100000000,
  CatchUp1765120000000,
  Connections1765130000000,
  DeliveryConnections1765140000000,
  AgentConnections1765150000000,
  CatchUpConnections1765160000000,
  ConnectionTraffic1765400000000,
  CatchUpTotals1765500000000,
];
