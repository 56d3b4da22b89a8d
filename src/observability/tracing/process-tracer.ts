import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { setTracer } from './spans.js';

/** Records spans with the OpenTelemetry SDK that the application has registered in this process; none where it has not. */
export function useTracerOfProcess(): void {
  const provider = trace.getTracerProvider();
  const none = new ProxyTracerProvider().getDelegate();
  const isNone = provider instanceof ProxyTracerProvider && provider.getDelegate() === none;
  setTracer(isNone ? undefined : trace.getTracer('hangar'));
}
