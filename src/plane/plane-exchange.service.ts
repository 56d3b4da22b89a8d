import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Secret } from '../common/secret.js';
import { networkConfig } from '../config/areas/network.config.js';
import { corporateNetwork, type CorporateNetwork } from '../config/corporate-network.js';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { MetricsService } from '../observability/metrics.service.js';
import { tracer } from '../observability/tracing/spans.js';
import { type CallBudget } from './call-budget.js';
import { planeCallSpan } from './plane-call-span.js';
import { PlaneClockService } from './plane-clock.service.js';
import { exchange, type PlaneAnswer } from './plane-exchange.js';
import { PlaneHealthService } from './plane-health.service.js';
import { PlaneTiming } from './plane-timing.js';

/** What differs from call to call. */
export interface CallOptions {
  /** The access token of the call, or its API key. */
  readonly token?: Secret;
  /** Other secrets that the call sends: a code, a refresh token. */
  readonly secrets?: readonly Secret[];
  readonly signal?: AbortSignal;
  /** The token's call budget. */
  readonly budget?: CallBudget;
  /** Whose Plane is called. */
  readonly connectionId?: string;
}

/** Runs calls of Plane's SDK with a time-out, through the configured network, with errors free of secrets. */
@Injectable()
export class PlaneExchangeService implements OnApplicationShutdown {
  private readonly network: CorporateNetwork;
  /** Of all connections: none may be in the text of an error. */
  private readonly secrets: readonly Secret[];
  private readonly requests;

  constructor(
    @Inject(networkConfig.KEY) networkSettings: ConfigType<typeof networkConfig>,
    connections: PlaneConnections,
    private readonly clock: PlaneClockService,
    metrics: MetricsService,
    private readonly timing: PlaneTiming,
    private readonly health: PlaneHealthService,
  ) {
    this.requests = metrics.counter(
      'hangar_plane_requests_total',
      'Requests to Plane by HTTP status, or by the kind of failure where there was no answer.',
    );
    this.network = corporateNetwork(networkSettings);
    this.secrets = connections.secrets;
  }

  /** @throws {PlaneError} for every failed request. */
  async run<T>(options: CallOptions, call: () => Promise<T>): Promise<T> {
    const secrets = [...this.secrets, options.token, ...(options.secrets ?? [])].filter((secret) => !!secret);
    const { connectionId = DEFAULT_CONNECTION } = options;
    const onAnswer = (answer: PlaneAnswer): void => this.note(answer, connectionId);
    const listeners = { onAnswer, ...(tracer() && { onSend: planeCallSpan }) };
    return exchange({ ...this.network, ...options, secrets, timeoutMs: this.timing.requestMs, ...listeners }, call);
  }

  private note({ status, headers, tookMs }: PlaneAnswer, connectionId: string): void {
    this.requests.add(1, { status: String(status) });
    this.clock.note(headers['date'], tookMs);
    if (status !== 'aborted') this.health.note(connectionId, typeof status === 'number');
  }

  onApplicationShutdown(): void {
    this.network.httpAgent.destroy();
    this.network.httpsAgent.destroy();
  }
}
