import { type ListedDelivery } from './delivery-filter.js';

/** A webhook as it arrived, with body and headers. */
export interface StoredWebhook extends ListedDelivery {
  readonly key: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly secretFingerprint: string;
}
