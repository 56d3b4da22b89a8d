import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { proxyUrl, readableFile } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** The corporate network between this server and what it calls. */
export class NetworkConfig {
  @EnvironmentVariable('HTTPS_PROXY', {
    description: 'Proxy for calls to Plane and the identity provider',
    example: 'http://proxy.example.com:3128',
    alias: 'https_proxy',
    secret: true,
    parse: proxyUrl,
  })
  httpsProxy?: Secret;

  @EnvironmentVariable('NO_PROXY', {
    description: 'Hosts called without the proxy, comma separated',
    example: 'localhost,.internal.example.com',
    alias: 'no_proxy',
  })
  noProxy?: string;

  @EnvironmentVariable('NODE_EXTRA_CA_CERTS', {
    description: 'PEM file of certificate authorities trusted in addition to the usual ones',
    example: '/etc/ssl/corporate-ca.pem',
    parse: readableFile,
  })
  nodeExtraCaCerts?: string;
}

/** Injects {@link NetworkConfig} by its `KEY`. */
export const networkConfig = registerAs('network', () => new NetworkConfig());
