import { connect, type Socket } from 'node:net';

/** A connection that sends what no HTTP client would, and keeps what it receives. */
export class RawSocket {
  received = '';
  closed = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
  }

  /** Connects to a server on this machine, `from` an address of the loopback network, and sends the text. */
  static open(url: string, text: string | Buffer, from = '127.0.0.1'): RawSocket {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress: from });
    socket.write(text);
    return new RawSocket(socket);
  }

  /** The status of the first response; `undefined` before it. */
  get status(): number | undefined {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.received)?.[1];
    return status === undefined ? undefined : Number(status);
  }

  send(text: string | Buffer): void {
    if (!this.closed) this.socket.write(text);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** The head of a request. */
export function requestHead(method: string, path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
