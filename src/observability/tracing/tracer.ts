import { context, ROOT_CONTEXT, type Tracer } from '@opentelemetry/api';

let current: Tracer | undefined;

/** This process's tracer; `undefined` while tracing is off, so that callers compute no attributes. */
export function tracer(): Tracer | undefined {
  return current;
}

/** Turns tracing on or off. */
export function setTracer(tracer: Tracer | undefined): void {
  current = tracer;
}

/** Runs work outside of the active trace: work that is shared, or outlives the operation that started it. */
export function outsideTraces<T>(run: () => T): T {
  return context.with(ROOT_CONTEXT, run);
}
