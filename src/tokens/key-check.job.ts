import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Interval } from '@nestjs/schedule';
import { DomainError } from '../common/domain-error.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { planeConfig } from '../config/areas/plane.config.js';
import { Drain } from '../config/drain.js';
import { type KeyConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { CONNECTION_STATES } from '../installations/connection-state.js';
import { KeyInstallationsService } from '../installations/key-installations.service.js';
import { MetricsService } from '../observability/metrics.service.js';

const TICK_MS = 5000;
/** While a key does not work; a check takes two calls. */
const RETRY_MS = 15_000;

/**
 * The role `scheduler`: checks the API key of each connection that has one, at the start, then as often as installations are
 * checked, and while it does not work every 15 s. The first check that works makes the installation.
 */
@Injectable()
export class KeyCheckJob implements OnApplicationBootstrap {
  private readonly logger = new Logger(KeyCheckJob.name);
  /** One a connection: a Plane that is down or slow delays no other. */
  private readonly tasks: readonly PeriodicTask[];
  /** When each was checked last by this process, on the monotonic clock. */
  private readonly checkedAt = new Map<string, number>();

  constructor(
    @Inject(planeConfig.KEY) private readonly config: ConfigType<typeof planeConfig>,
    connections: PlaneConnections,
    private readonly keys: KeyInstallationsService,
    metrics: MetricsService,
    drain: Drain,
  ) {
    this.tasks = connections.withKeys.map((connection) => {
      const run = async (): Promise<void> => this.checkIfDue(connection);
      return new PeriodicTask({ name: 'API key check', intervalMs: TICK_MS, run }, drain);
    });
    if (connections.withKeys.length > 0)
      metrics.gauge('hangar_plane_connection_state', '1 for the state that a connection with an API key is in.', () =>
        this.readings(),
      );
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) void task.run();
  }

  /** Checks those that are due. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    await Promise.all(this.tasks.map(async (task) => task.tick()));
  }

  private async checkIfDue(connection: KeyConnection): Promise<void> {
    const at = this.checkedAt.get(connection.id);
    const works = (await this.keys.state(connection.id)) === 'working';
    const afterMs = works ? this.config.installationCheckSeconds * 1000 : RETRY_MS;
    if (at === undefined || performance.now() >= at + afterMs) await this.tryCheck(connection);
  }

  /** What is wrong with the key or with Plane is stored and shown; other errors are of this program. */
  private async tryCheck(connection: KeyConnection): Promise<void> {
    try {
      await this.keys.check(connection);
    } catch (err) {
      if (!(err instanceof DomainError))
        this.logger.error({ msg: 'the API key cannot be checked; retrying', connection: connection.id, err });
    } finally {
      this.checkedAt.set(connection.id, performance.now());
    }
  }

  private async readings(): Promise<{ value: number; labels: { connection: string; state: string } }[]> {
    return (await this.keys.all()).flatMap(({ id: connection, state: current }) =>
      CONNECTION_STATES.map((state) => ({ value: state === current ? 1 : 0, labels: { connection, state } })),
    );
  }
}
