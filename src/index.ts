/** What an app author imports from `hangar`. The only barrel. */
export { DomainError } from './common/domain-error.js';
