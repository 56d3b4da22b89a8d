import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { derivedKey } from '../encryption/derived-key.js';
import { OAUTH_FLOWS, type OAuthFlow } from './pending-consent.js';

/** How long a person may take at Plane's consent page. */
export const STATE_LIFE_SECONDS = 30 * 60;

const RANDOM_BYTES = 15;
/** Random bytes, the flow, the time of expiry in Unix seconds. */
const CONTENT_BYTES = RANDOM_BYTES + 1 + 4;
const MAC_BYTES = 12;
const SHAPE = /^[\w-]{43}$/;

/** What a state says of itself. */
export interface StateContent {
  readonly flow: OAuthFlow;
  readonly expired: boolean;
}

/**
 * States of consents: 15 random bytes, their flow and their expiry, authenticated by a key of this server. So an invented
 * state is recognised without a row in the database.
 */
@Injectable()
export class StateCodec {
  private readonly keys: readonly Uint8Array[];

  constructor(@Inject(encryptionConfig.KEY) { encryptionKeys }: ConfigType<typeof encryptionConfig>) {
    this.keys = encryptionKeys.map((key) => derivedKey(key, 'hangar/oauth-state/1'));
  }

  /** A new state. @param now ms */
  issue(flow: OAuthFlow, now = Date.now()): string {
    const content = Buffer.alloc(CONTENT_BYTES);
    randomBytes(RANDOM_BYTES).copy(content);
    content.writeUInt8(OAUTH_FLOWS.indexOf(flow), RANDOM_BYTES);
    content.writeUInt32BE(Math.floor(now / 1000) + STATE_LIFE_SECONDS, RANDOM_BYTES + 1);
    const [key] = this.keys;
    if (!key) throw new Error('no encryption key is configured');
    return Buffer.concat([content, mac(key, content)]).toString('base64url');
  }

  /** `undefined` where no key of this server made the state. @param now ms */
  read(state: string, now = Date.now()): StateContent | undefined {
    if (!SHAPE.test(state)) return undefined;
    const bytes = Buffer.from(state, 'base64url');
    if (bytes.toString('base64url') !== state) return undefined; // another spelling would be another value, used once more
    const [content, sent] = [bytes.subarray(0, CONTENT_BYTES), bytes.subarray(CONTENT_BYTES)];
    if (!this.keys.some((key) => timingSafeEqual(mac(key, content), sent))) return undefined;
    const flow = OAUTH_FLOWS[content.readUInt8(RANDOM_BYTES)];
    return flow && { flow, expired: content.readUInt32BE(RANDOM_BYTES + 1) * 1000 <= now };
  }
}

function mac(key: Uint8Array, content: Uint8Array): Buffer {
  return createHmac('sha256', key).update(content).digest().subarray(0, MAC_BYTES);
}
