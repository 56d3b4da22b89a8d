import { context, ROOT_CONTEXT, type Tracer } from '@opentelemetry/api';

let current: Tracer | undefined;

/** Makes this process's spans; `undefined` while traces are off, so that nothing is computed for them. */
export function tracer(): Tracer | undefined {
  return current;
}

/** Turns the making of spans on or off. */
export function setTracer(tracer: Tracer | undefined): void {
  current = tracer;
}

/** Runs what goes on for others too, or for longer than what began it: outside of the active trace. */
export function outsideTraces<T>(run: () => T): T {
  return context.with(ROOT_CONTEXT, run);
}
