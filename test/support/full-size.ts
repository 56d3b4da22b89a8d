/** Whether long runs go at their full size (`npm run chaos`), and not at the size of `npm test`. */
export const FULL_SIZE = process.env['HANGAR_CHAOS'] === 'full';
