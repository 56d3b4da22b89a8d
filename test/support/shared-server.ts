import { type HangarWithSimulator } from './hangar-with-simulator.js';
import { type IdentityProvider } from './identity-provider.js';

/** What a test file starts once, and its modules of cases use one after the other: a start costs more than most tests. */
export class SharedServer {
  together!: HangarWithSimulator;
}

/** The same, with the identity provider that the server knows. */
export class SharedServerWithProvider extends SharedServer {
  provider!: IdentityProvider;
}
