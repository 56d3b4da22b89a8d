import { SetMetadata } from '@nestjs/common';
import { type OperatorRole } from './operator-role.js';

/** The metadata that {@link RequiresRole} leaves. */
export const REQUIRED_ROLE = Symbol('hangar:required-role');

/** What a route asks for: a role; `signed-in`: anybody with a session, also without a role; `public`: nothing. */
export type RequiredRole = OperatorRole | 'signed-in' | 'public';

/** Names the role that a route, or each route of a controller, asks for. A route of console or API without one fails the start. */
export const RequiresRole = (role: RequiredRole): ClassDecorator & MethodDecorator =>
  SetMetadata(REQUIRED_ROLE, role);
