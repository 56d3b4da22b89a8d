/** The simulator's control routes, for tests. */
export class SimulatorControl {
  constructor(private readonly url: string) {}

  async post(path: string, body: object = {}): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}/_simulator${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the simulator answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  async state(): Promise<SimulatorState> {
    return (await (await fetch(`${this.url}/_simulator/state`)).json()) as SimulatorState;
  }

  /** What was asked and answered, without the rest of the state, which is large where there are many workspaces. */
  async counts(): Promise<SimulatorCounts> {
    return (await (await fetch(`${this.url}/_simulator/counts`)).json()) as SimulatorCounts;
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/_simulator/faults`, { method: 'DELETE' });
  }

  /** The texts of all comments, oldest first. */
  async comments(): Promise<string[]> {
    return (await this.state()).comments.map(({ text }) => text);
  }
}

/** What was asked and answered. */
export interface SimulatorCounts {
  readonly requests: Readonly<Record<string, number>>;
  readonly grants: Readonly<Record<string, number>>;
  /** Requests that have started and have no response yet. */
  readonly underWay: number;
}

/** The part of the simulator's state that tests read. */
export interface SimulatorState {
  readonly comments: readonly { readonly text: string }[];
  readonly deliveries: readonly {
    readonly event: string;
    readonly attempts: readonly { readonly status?: number }[];
  }[];
  readonly requests: Readonly<Record<string, number>>;
  readonly grants: Readonly<Record<string, number>>;
}
