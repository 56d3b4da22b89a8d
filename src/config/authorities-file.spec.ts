import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from './load-config.js';

const [PEM = ''] = rootCertificates;
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

describe('the file of NODE_EXTRA_CA_CERTS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-ca-'));
  const path = join(folder, 'ca.pem');
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([PEM, `# the company's\r\n${PEM}\r\n${PEM}`, `\uFEFF${PEM}`])(
    'is accepted with certificates in PEM',
    (content) => {
      writeFileSync(path, content);
      expect(loadConfig({ NODE_EXTRA_CA_CERTS: path }).nodeExtraCaCerts).toBe(path);
    },
  );

  it.each<[string, string | Buffer, string]>([
    ['is empty', ' \r\n', 'is empty'],
    ['is in DER', new X509Certificate(PEM).raw, 'is in DER: convert it with "openssl x509 -inform der'],
    ['is a private key', KEY.export({ type: 'pkcs8', format: 'pem' }), 'has no certificate, but a private key'],
    ['is a private key in DER', KEY.export({ type: 'pkcs8', format: 'der' }), 'binary data such as a private key'],
    [
      'is a request',
      '-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----',
      'a certificate request',
    ],
    ['is text', '<html></html>', 'has no certificate'],
    ['is damaged', `${PEM}\n${PEM.slice(0, 200)}\n-----END CERTIFICATE-----`, 'cannot be read, number 2'],
  ])('is rejected by name where it %s', (_, content, problem) => {
    writeFileSync(path, content);
    const load = (): unknown => loadConfig({ NODE_EXTRA_CA_CERTS: path });
    expect(load).toThrow(`NODE_EXTRA_CA_CERTS must be a PEM file of certificates; ${path} `);
    expect(load).toThrow(problem);
  });

  it('is rejected by name where it is a folder or missing', () => {
    expect(() => loadConfig({ NODE_EXTRA_CA_CERTS: folder })).toThrow(`${folder} is a folder`);
    const missing = join(folder, 'none');
    expect(() => loadConfig({ NODE_EXTRA_CA_CERTS: missing })).toThrow(`${missing} cannot be read (ENOENT)`);
  });
});
