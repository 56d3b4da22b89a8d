import { type Profile } from '../profile.js';

/** Who signs in with the token that is printed at start. */
export const DEVELOPER: Profile & { readonly role: 'admin' } = {
  issuer: 'development',
  subject: 'development',
  name: 'Developer',
  role: 'admin',
};
