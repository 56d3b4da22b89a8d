import { createRequire } from 'node:module';
import { type AxiosStatic } from 'axios';

type PlaneSdk = typeof import('@makeplane/plane-node-sdk');

const SDK = '@makeplane/plane-node-sdk';
const ourRequire = createRequire(import.meta.url);

/** Plane's SDK, loaded at its first use: loading takes a tenth of the start time of a process that may not call Plane. */
export function planeSdk(): PlaneSdk {
  return ourRequire(SDK) as PlaneSdk;
}

/** The axios instance of Plane's SDK. The SDK has no option for a time-out, a proxy or its errors. */
export function sdkAxios(): AxiosStatic {
  return createRequire(ourRequire.resolve(SDK))('axios') as AxiosStatic;
}
