import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const RECEIVE_BYTES = 16_384;
const HEAD_END = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const ANSWER_TIMEOUT_MS = 30_000;
/** After `HTTP/1.1 `. */
const STATUS_AT = 9;

/** A kept-alive HTTP/1.1 connection with one request on its way at a time, and nothing that this does not need. */
export class Connection {
  /** Called with each answer. */
  onAnswer: (connection: this) => void = () => undefined;
  /** Called once with what broke: an answer that is no 2xx, or one that does not come. */
  onFailure: (error: Error) => void = () => undefined;
  private readonly socket: Socket;
  private received = '';
  private closing = false;

  private constructor(port: number) {
    const buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
    this.socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer, callback: (length) => this.take(buffer.toString('latin1', 0, length)) },
    });
    this.socket.setTimeout(ANSWER_TIMEOUT_MS, () => this.fail('no answer in time'));
    this.socket.on('error', ({ message }) => this.fail(message));
    this.socket.on('close', () => this.fail('the connection was closed'));
  }

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port);
    await once(connection.socket, 'connect');
    return connection;
  }

  send(request: Buffer): void {
    this.socket.write(request);
  }

  close(): void {
    this.closing = true;
    this.socket.destroy();
  }

  private take(chunk: string): boolean {
    this.received = this.received === '' ? chunk : this.received + chunk;
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd === -1) return true;
    const length = CONTENT_LENGTH.exec(this.received)?.[1];
    if (length === undefined || this.received[STATUS_AT] !== '2') this.fail(this.received);
    else if (this.received.length >= headEnd + HEAD_END.length + Number(length)) {
      this.received = '';
      this.onAnswer(this);
    }
    return true;
  }

  private fail(what: string): void {
    if (this.closing) return;
    this.close();
    this.onFailure(new Error(`a webhook was not accepted: ${what}`));
  }
}
