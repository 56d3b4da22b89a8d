import { SetMetadata } from '@nestjs/common';
import { type OperatorRole } from './operator-role.js';

/** The metadata key of {@link RequiresRole}. */
export const REQUIRED_ROLE = Symbol('hangar:required-role');

/** What a route requires: a role; `signed-in`: a session, with or without a role; `public`: nothing. */
export type RequiredRole = OperatorRole | 'signed-in' | 'public';

/** Declares the role that a route, or each route of a controller, requires. A console or API route without it fails the start. */
export const RequiresRole = (role: RequiredRole): ClassDecorator & MethodDecorator => SetMetadata(REQUIRED_ROLE, role);
