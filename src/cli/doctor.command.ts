import { Command } from 'commander';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { ConfigError } from '../config/config.error.js';
import { environmentFileWarnings, loadConfig, processEnvironment } from '../config/load-config.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { requireCurrentSchema } from '../database/migrator.js';
import { openDatabase } from '../database/open-database.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneClockService } from '../plane/plane-clock.service.js';
import { PlaneExchangeService } from '../plane/plane-exchange.service.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { causeText } from '../start-failure.js';
import { type CommonOptions, print } from './output.js';

/** One thing that was looked at. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

const NO_INSTALLATION = '00000000-0000-4000-8000-000000000000';

/** `hangar doctor`: looks at what a server needs and says what is wrong; exits with 1 where something is. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('say what is wrong with this installation')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      const findings = await examine();
      const lines = findings.map(({ check, ok, detail }) => `${ok ? 'ok  ' : 'BAD '} ${check}: ${detail}`);
      print(json, { findings }, lines);
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

async function examine(): Promise<Finding[]> {
  const check = 'configuration';
  try {
    const config = loadConfig(processEnvironment());
    const warnings = environmentFileWarnings();
    const detail = warnings.length === 0 ? 'every variable can be used' : warnings.join(' ');
    const configuration = { check, ok: warnings.length === 0, detail };
    return [configuration, await database(config), await plane(config), webhookSecrets(config)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ name, problem, example }) => ({
      check,
      ok: false,
      detail: `${name} ${problem} (for example: ${example})`,
    }));
  }
}

async function database(config: HangarConfig): Promise<Finding> {
  const check = 'database';
  try {
    const opened = await openDatabase(config, false);
    const source = new DataSource({
      ...dataSourceOptions(opened.config.databaseUrl),
      migrations: MIGRATIONS,
    });
    try {
      await source.initialize();
      await requireCurrentSchema(source);
      return { check, ok: true, detail: `${opened.embedded ? 'embedded' : 'reachable'}, schema current` };
    } finally {
      if (source.isInitialized) await source.destroy();
      await opened.close();
    }
  } catch (error) {
    return { check, ok: false, detail: causeText(error) };
  }
}

/** Asks for a token of an installation that cannot be: the refusal tells whether Plane knows the app. */
async function plane(config: HangarConfig): Promise<Finding> {
  const check = 'plane';
  if (!config.planeClientId) return { check, ok: true, detail: 'not configured: the simulator is used' };
  const exchange = new PlaneExchangeService(config, new PlaneClockService());
  try {
    await new PlaneOAuthService(config, exchange).mintBotToken(NO_INSTALLATION);
    return { check, ok: true, detail: `${config.planeBaseUrl} knows the app` };
  } catch (error) {
    const ok = error instanceof PlaneError && error.planeCode === 'invalid_grant';
    return { check, ok, detail: ok ? `${config.planeBaseUrl} knows the app` : causeText(error) };
  } finally {
    exchange.onApplicationShutdown();
  }
}

function webhookSecrets({ planeWebhookSecrets, planeClientId }: HangarConfig): Finding {
  const check = 'webhook secrets';
  if (!planeClientId) return { check, ok: true, detail: "the simulator's" };
  const count = planeWebhookSecrets.length;
  return {
    check,
    ok: count > 0,
    detail:
      count > 0
        ? `${count} configured; whether Plane signs with them shows in the log alone`
        : 'none: set PLANE_WEBHOOK_SECRETS',
  };
}
