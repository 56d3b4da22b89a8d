import { generate } from 'selfsigned';

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A company's own certificate authority. */
export class PrivateAuthority {
  private constructor(private readonly authority: Certificate) {}

  static async create(name: string): Promise<PrivateAuthority> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new PrivateAuthority({ cert, key });
  }

  /** Its own certificate. */
  get cert(): string {
    return this.authority.cert;
  }

  /** Signs a certificate for a server on this machine, or a client, of this name. */
  async sign(commonName: string): Promise<Certificate> {
    const altNames = [
      { type: 2 as const, value: 'localhost' },
      { type: 7 as const, ip: '127.0.0.1' },
    ];
    const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
      ca: this.authority,
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    });
    return { cert, key };
  }
}
