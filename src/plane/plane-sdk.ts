import { createRequire } from 'node:module';
import { type AxiosStatic } from 'axios';

const ourRequire = createRequire(import.meta.url);
const sdkRequire = createRequire(ourRequire.resolve('@makeplane/plane-node-sdk'));

/**
 * The very axios instance that Plane's SDK calls. The SDK offers no other way to give its calls a
 * time-out, a proxy or a clean error.
 */
export const sdkAxios = sdkRequire('axios') as AxiosStatic;
