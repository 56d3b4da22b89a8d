import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { authoritiesFile } from '../authorities-file.js';
import { NoProxy } from '../no-proxy.js';
import { proxyUrl } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** The corporate network between this server and what it calls. */
export class NetworkConfig {
  @EnvironmentVariable('HTTPS_PROXY', {
    description:
      'Proxy for calls to Plane and the identity provider, `http://user:password@host:port` if it wants a user',
    example: 'http://proxy.example.com:3128',
    alias: 'https_proxy',
    secret: true,
    parse: proxyUrl,
  })
  httpsProxy?: Secret;

  @EnvironmentVariable('NO_PROXY', {
    description:
      'Called without the proxy, comma separated: hosts with their subdomains, networks such as `10.0.0.0/8`, `*`; with a port or without',
    example: 'localhost,.internal.example.com,10.0.0.0/8,plane.example.com:8443',
    alias: 'no_proxy',
    parse: (text) => new NoProxy(text),
  })
  noProxy?: NoProxy;

  @EnvironmentVariable('NODE_EXTRA_CA_CERTS', {
    description: 'PEM file of certificate authorities trusted in addition to the usual ones',
    example: '/etc/ssl/corporate-ca.pem',
    parse: authoritiesFile,
  })
  nodeExtraCaCerts?: string;
}

/** Injects {@link NetworkConfig} by its `KEY`. */
export const networkConfig = registerAs('network', () => new NetworkConfig());
