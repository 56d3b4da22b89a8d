import { Command } from 'commander';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ActivityModule } from '../activity/activity.module.js';
import { ActivityService } from '../activity/activity.service.js';
import { AuditLogService } from '../audit/audit-log.service.js';
import { AuditModule } from '../audit/audit.module.js';
import { dataSourceModules } from '../app.module.js';
import { ConfigModule } from '../config/config.module.js';
import { ConfigError } from '../config/config.error.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { connectionsOf, PlaneConnections } from '../config/plane-connections.js';
import { environmentFileWarnings, loadConfig, processEnvironment } from '../config/load-config.js';
import { type OpenDatabase, openDatabase } from '../database/open-database.js';
import { AgentsModule } from '../agents/agents.module.js';
import { requireApp } from '../server/find-app.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { InstallationsService } from '../installations/installations.service.js';
import { SessionsModule } from '../identity/sessions/sessions.module.js';
import { causeText } from '../server/startup-error.js';
import { QueueStatsService } from '../queue/queue-stats.service.js';
import { FingerprintsService } from '../encryption/fingerprints.service.js';
import { KeyRingService } from '../encryption/key-ring.service.js';
import { TokenAdminService } from '../tokens/token-admin.service.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { ClientsModule } from '../webhooks/clients/clients.module.js';
import { DeliveriesModule } from '../webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../webhooks/deliveries/deliveries.service.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { WorkspaceSecretsService } from '../webhooks/workspace-secrets/workspace-secrets.service.js';
import { TrafficMonitorModule } from '../webhooks/traffic-monitor/traffic-monitor.module.js';
import { TrafficMonitorService } from '../webhooks/traffic-monitor/traffic-monitor.service.js';
import { HandlerPausesModule } from '../webhooks/pauses/handler-pauses.module.js';
import { HandlerStatsService } from '../webhooks/pauses/handler-stats.service.js';
import { PlaneClientFactory } from '../plane/plane-client.factory.js';
import { PlaneModule } from '../plane/plane.module.js';
import { webhookPathOf } from '../webhooks/receiver/webhook-path.js';
import { checkCanary } from './doctor/canary.check.js';
import { CALLBACK, checkEnvironmentFile, checkRedirectUri } from './doctor/configuration.check.js';
import { checkConnections } from './doctor/connections.check.js';
import { checkDatabase } from './doctor/database.check.js';
import { fail, type Finding, runCheck, skipped } from './doctor/finding.js';
import { checkHandlers } from './doctor/handlers.check.js';
import { webhookSteps } from './doctor/key.check.js';
import { checkPlane } from './doctor/plane.check.js';
import { checkProvider } from './doctor/provider.check.js';
import { checkRoleValues } from './doctor/role-values.check.js';
import { checkAuditLog, checkKeyRing, checkTokens, checkTraffic, checkWebhookSecrets } from './doctor/stored.checks.js';
import { httpUrl, wholeNumber } from './arguments.js';
import { type CommonOptions, print } from './output.js';

const STORED = ['key ring', 'installations', 'tokens', 'webhook secrets', 'traffic', 'handlers', 'audit log'];

class DoctorModule {}

interface DoctorOptions {
  readonly connections?: number;
  readonly consoleUrl?: string;
  readonly canary?: string;
}

/** `hangar doctor`: checks everything that a server needs, and exits with 1 if a check fails. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check configuration, database, stored data, and the connections to Plane and the identity provider')
    .option('--json', 'print JSON')
    .option('--connections <n>', 'how many connections all processes open at most', wholeNumber)
    .option('--console-url <url>', 'where browsers reach the console, if not at PUBLIC_URL', httpUrl)
    .option(
      '--canary <work-item>',
      'prove that webhooks arrive, with a comment on this work item (WEB-1) that is deleted',
    )
    .action(async ({ json, ...options }: CommonOptions & DoctorOptions) => {
      const findings = await runChecks(options);
      print(json, { findings }, findings.map(lineOf));
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

function lineOf({ check, ok, detail, hint }: Finding): string {
  const whole = hint === undefined ? detail : `${detail.replace(/\.$/, '')}. ${hint}.`;
  return `${ok ? 'ok  ' : 'BAD '} ${check}: ${whole}`;
}

async function runChecks({ connections, consoleUrl, canary }: DoctorOptions): Promise<Finding[]> {
  try {
    const config = loadConfig(processEnvironment());
    const configuration = checkEnvironmentFile(environmentFileWarnings());
    const plane = await checkPlane(config).catch((error: unknown) => [fail('plane', causeText(error))]);
    const addresses = consoleUrl === undefined ? [config] : [config, configAt(config, consoleUrl)];
    const [stored, provider] = [
      await databaseChecks(connections, canary),
      await checkProvider(addresses.at(-1) ?? config),
    ];
    return [configuration, ...stored, ...plane, ...(await setupInPlane(config, addresses)), ...provider];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ name, problem, example }) =>
      fail('configuration', `${name} ${problem}`, `For example: ${example}`),
    );
  }
}

/** What an admin sets up in Plane: redirect URIs, or the webhook. */
async function setupInPlane(config: HangarConfig, addresses: readonly HangarConfig[]): Promise<Finding[]> {
  const { withKeys, default: first } = connectionsOf(config);
  const steps = withKeys.map(async (connection) =>
    webhookSteps({ publicUrl: config.publicUrl, webhookPath: webhookPathOf(connection) }, connection),
  );
  // The redirect URIs of named connections follow from PUBLIC_URL.
  const isShort = first.id === DEFAULT_CONNECTION && first.mode === 'oauth';
  return [...(await Promise.all(steps)), ...(isShort ? addresses.map(checkRedirectUri) : [])];
}

/** The configuration of the process that serves the console at an address of its own. */
function configAt(config: HangarConfig, publicUrl: string): HangarConfig {
  const own = { publicUrl: { value: publicUrl }, planeRedirectUri: { value: publicUrl + CALLBACK } };
  return Object.create(config, own) as HangarConfig;
}

/** Checks of the database and the stored data. */
async function databaseChecks(connections?: number, canary?: string): Promise<Finding[]> {
  let database: OpenDatabase;
  try {
    database = await openDatabase(processEnvironment(), false);
  } catch (error) {
    return [fail('database', causeText(error)), ...skippedChecks('the database cannot be reached')];
  }
  try {
    const { findings, unusable } = await checkDatabase(database, await requireApp(), connections);
    return [
      ...findings,
      ...(unusable === undefined ? await storedDataChecks(database, canary) : skippedChecks(unusable)),
    ];
  } finally {
    await database.close();
  }
}

async function canaryIn(context: INestApplicationContext, workItem: string): Promise<Finding> {
  const [connection] = context.get(PlaneConnections).withKeys;
  if (!connection)
    return fail('canary', 'needs PLANE_MODE=api-key: with OAuth, write a comment in Plane and see it at /console');
  return checkCanary(connection, workItem, context.get(PlaneClientFactory), context.get(DeliveriesService));
}

function skippedChecks(why: string): Finding[] {
  return STORED.map((check) => skipped(check, why));
}

async function storedDataChecks({ config }: OpenDatabase, canary?: string): Promise<Finding[]> {
  const app = await requireApp();
  const imports = [
    ConfigModule.forRoot(config),
    ...dataSourceModules(app.host),
    InstallationsModule,
    TokensModule,
    DeliveriesModule,
    TrafficMonitorModule,
    HandlerPausesModule,
    AgentsModule,
    TasksModule,
    ClientsModule,
    ...app.imports,
    WorkspaceSecretsModule,
    ActivityModule,
    AuditModule,
    SessionsModule,
    PlaneModule,
  ];
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext({ module: DoctorModule, imports }, options);
  try {
    const [keys = '', installations = '', tokens = '', secrets = '', traffic = '', handlers = '', audit = ''] = STORED;
    return [
      await runCheck(keys, () => checkKeyRing(context.get(KeyRingService))),
      await runCheck(installations, () => checkConnections(config, context.get(InstallationsService))),
      await runCheck(tokens, () => checkTokens(config, context.get(TokenAdminService))),
      await runCheck(secrets, () =>
        checkWebhookSecrets(
          config,
          context.get(DeliveriesService),
          context.get(WorkspaceSecretsService),
          context.get(ActivityService),
          context.get(FingerprintsService),
        ),
      ),
      await runCheck(traffic, () => checkTraffic(context.get(TrafficMonitorService))),
      await runCheck(handlers, () =>
        checkHandlers(context.get(HandlerStatsService), context.get(QueueStatsService), config.deliveryRetentionDays),
      ),
      await runCheck(audit, () => checkAuditLog(context.get(AuditLogService))),
      ...(config.oidcIssuer === undefined
        ? []
        : [await runCheck('role values', () => checkRoleValues(config, context.get(AuditLogService)))]),
      ...(canary === undefined ? [] : [await runCheck('canary', () => canaryIn(context, canary))]),
    ];
  } finally {
    await context.close();
  }
}
