import { readFileSync } from 'node:fs';
import { codedError } from '../common/coded-error.js';

/** The parameters of an address that name files. */
const PARAMETERS = ['sslrootcert', 'sslcert', 'sslkey'];

const unreadableFile = codedError(
  'certificate_file',
  503,
  'A file of the database address cannot be read',
  (parameter: string, path: string, code: string) =>
    `the file "${path}", which ${parameter} in the address of the database names, cannot be read (${code}). ` +
    'Check its path, and that the account of this process may read it',
);

/**
 * Reads the certificates and the key that an address of the database names. The driver reads them again for each
 * connection.
 *
 * @throws {DomainError} `certificate_file`: one of them cannot be read
 */
export function requireCertificateFiles(url: string): void {
  const given = URL.parse(url, 'postgres://base')?.searchParams;
  for (const parameter of PARAMETERS) {
    const path = given?.get(parameter);
    if (path) requireFile(parameter, path);
  }
}

function requireFile(parameter: string, path: string): void {
  try {
    readFileSync(path);
  } catch (error) {
    throw unreadableFile(parameter, path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}
