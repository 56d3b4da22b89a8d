import { type Profile } from '../profile.js';

/** The profile of an operator who uses the development token. */
export const DEVELOPER: Profile & { readonly role: 'admin' } = {
  issuer: 'development',
  subject: 'development',
  name: 'Developer',
  role: 'admin',
};
