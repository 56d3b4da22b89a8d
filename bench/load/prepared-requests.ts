import { createHmac } from 'node:crypto';
import { BODY_BYTES, EVENT_NAME, workItemUpdated } from '../payload.ts';
import { type Scheme, type Target } from './orders.ts';

type Headers = Readonly<Record<string, string>>;

const SIGNED: Record<Scheme, (signature: string, deliveryId: string) => Headers> = {
  plane: (signature, deliveryId) => ({
    'X-Plane-Delivery': deliveryId,
    'X-Plane-Event': EVENT_NAME,
    'X-Plane-Signature': signature,
  }),
  github: (signature, deliveryId) => ({
    'X-GitHub-Delivery': deliveryId,
    'X-GitHub-Event': 'issues',
    'X-Hub-Signature-256': `sha256=${signature}`,
  }),
};

/** Whole HTTP requests with unique signed bodies, made before they are needed: sending one is then one write. */
export class PreparedRequests {
  private readonly bytes: Buffer;
  private readonly size: number;

  /** @param first the number of the first body */
  constructor(target: Target, first: number, count: number) {
    this.size = requestText(target, first).length;
    this.bytes = Buffer.allocUnsafeSlow(this.size * count);
    for (let index = 0; index < count; index += 1)
      this.bytes.write(requestText(target, first + index), index * this.size, 'latin1');
  }

  at(index: number): Buffer {
    return this.bytes.subarray(index * this.size, (index + 1) * this.size);
  }
}

/** Of the same length for every number. */
function requestText({ port, path, scheme, secret }: Target, sequence: number): string {
  const { body, deliveryId } = workItemUpdated(sequence);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    Host: `127.0.0.1:${port}`,
    'User-Agent': 'python-requests/2.32.4',
    Accept: '*/*',
    'Content-Type': 'application/json',
    ...SIGNED[scheme](signature, deliveryId),
    'Content-Length': String(BODY_BYTES),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
