import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;
const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/;
/** The tag of an ASN.1 sequence: every certificate in DER begins with one. */
const DER_SEQUENCE = 0x30;

/** The path of a PEM file with certificates. @throws {Error} that says what the file is instead, and what to do */
export function authoritiesFile(path: string): string {
  const problem = problemOf(contentOf(path));
  if (problem !== undefined) throw new Error(`must be a PEM file of certificates; ${path} ${problem}`);
  return path;
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const problem = code === 'EISDIR' ? 'is a folder: join its files into one' : `cannot be read (${code})`;
    throw new Error(`must be a PEM file of certificates; ${path} ${problem}`, { cause: error });
  }
}

function problemOf(content: Buffer): string | undefined {
  const text = content.toString('latin1');
  const certificates = text.match(CERTIFICATE) ?? [];
  const damaged = certificates.findIndex((each) => !isCertificate(each));
  if (damaged >= 0) return `has a certificate that cannot be read, number ${damaged + 1}`;
  if (certificates.length > 0) return undefined;
  if (text.trim() === '') return 'is empty';
  const [, kind] = BEGIN.exec(text) ?? [];
  if (kind !== undefined) return `has no certificate, but a ${kind.toLowerCase()}`;
  if (content[0] !== DER_SEQUENCE) return 'has no certificate';
  return isCertificate(content)
    ? 'is in DER: convert it with "openssl x509 -inform der -in FILE -out ca.pem"'
    : 'has no certificate, but binary data such as a private key or a PKCS #12 or #7 container';
}

function isCertificate(content: string | Buffer): boolean {
  try {
    void new X509Certificate(content);
    return true;
  } catch {
    return false;
  }
}
