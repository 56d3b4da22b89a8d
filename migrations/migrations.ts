import { MainPath1764000000000 } from './1764000000000-main-path.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [MainPath1764000000000];
