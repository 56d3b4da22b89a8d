import { type InstallationEntity } from './installation.entity.js';

/** The app in one workspace of one Plane. */
export type Installation = Readonly<Omit<InstallationEntity, 'checkAt'>>;
