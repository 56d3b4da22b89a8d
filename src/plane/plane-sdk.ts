import { createRequire } from 'node:module';
import { type AxiosStatic } from 'axios';

type PlaneSdk = typeof import('@makeplane/plane-node-sdk');

const SDK = '@makeplane/plane-node-sdk';
const ourRequire = createRequire(import.meta.url);

/** Plane's SDK. It is read at the first use: a start that calls no Plane would pay a tenth of its time for it. */
export function planeSdk(): PlaneSdk {
  return ourRequire(SDK) as PlaneSdk;
}

/**
 * The very axios instance that Plane's SDK calls. The SDK offers no other way to give its calls a
 * time-out, a proxy or a clean error.
 */
export function sdkAxios(): AxiosStatic {
  return createRequire(ourRequire.resolve(SDK))('axios') as AxiosStatic;
}
