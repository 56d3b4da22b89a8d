/** Acknowledges turns; any worker, in slots that no handler uses. */
export const ACKNOWLEDGE_QUEUE = 'hangar.agents.acknowledge';
/** Finds the prompt of runs of which only the creation is known. */
export const OPEN_QUEUE = 'hangar.agents.open';
/** Stops turns. */
export const STOP_QUEUE = 'hangar.agents.stop';

/** Notified when turns are stopped, or ended without their method. */
export const STOPS = 'hangar.agents.stops';
/** Ends turns that wait for a consent that was refused. */
export const REFUSED_QUEUE = 'hangar.agents.refused';

/** A job whose process died is handed to another one within this time and pg-boss's interval. */
export const JOB_HEARTBEAT_SECONDS = 15;

/** The data of a job. */
export interface AgentJob {
  /** The connection of its run; absent in jobs of earlier releases: that without a name. */
  readonly connectionId?: string;
}

/** The data of a job about one turn. */
export interface TurnJob extends AgentJob {
  readonly turnId: string;
}

/** The data of a job that stops turns. */
export interface StopJob extends AgentJob {
  /** Hangar's id of the run. */
  readonly runId: string;
  /** The activity with the signal. */
  readonly promptId: string;
}
