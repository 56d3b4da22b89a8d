import { parseKeyPairsIntoRecord } from '@opentelemetry/core';
import { type SpanExporter } from '@opentelemetry/sdk-trace';
import { type HangarConfig } from '../../config/hangar-config.js';
import { corporateNetwork } from '../../config/corporate-network.js';

/** Limits the connections to a collector whose responses never end; the exporter cuts off each response at 4 MB. */
const MAX_EXPORTS = 4;

/** The OTLP exporter. All options are set, so that it does not read the environment by itself. */
export async function spanExporter(config: HangarConfig): Promise<SpanExporter> {
  const { httpAgent, httpsAgent } = corporateNetwork(config);
  const options = {
    url: config.tracesUrl,
    headers: parseKeyPairsIntoRecord(config.otlpHeaders?.reveal()),
    concurrencyLimit: MAX_EXPORTS,
    timeoutMillis: config.otlpTimeoutMs,
    compression: config.otlpCompression as never, // its enum is in a package that is not a dependency of ours
    httpAgentOptions: (protocol: string) => (protocol === 'https:' ? httpsAgent : httpAgent),
  };
  const { OTLPTraceExporter } =
    config.otlpProtocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter(options);
}
