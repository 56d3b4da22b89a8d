import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { type ServerConfig } from '../../config/areas/server.config.js';
import { type TelemetryConfig } from '../../config/areas/telemetry.config.js';

/** The resource attributes of this process. */
export function resourceOf({
  otelServiceName,
  otelResourceAttributes,
  roles,
}: ServerConfig & TelemetryConfig): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      'service.instance.id': randomUUID(),
      'host.name': hostname(),
      'process.pid': process.pid,
      'hangar.roles': [...roles],
      'service.name': otelServiceName,
      ...otelResourceAttributes,
    }),
  );
}
