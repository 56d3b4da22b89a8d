import { applyDecorators, Controller, UseFilters, UseInterceptors } from '@nestjs/common';
import { RequiresRole, type RequiredRole } from '../../identity/requires-role.decorator.js';
import { PageFilter } from './page.filter.js';
import { FormInterceptor } from './form.interceptor.js';
import { PageInterceptor } from './page.interceptor.js';

/** A controller of pages below `/console`, of which each asks for at least this role. */
export const ConsoleRoutes = (path: string, role: RequiredRole): ClassDecorator =>
  applyDecorators(
    Controller(`console${path}`),
    RequiresRole(role),
    UseFilters(PageFilter),
    UseInterceptors(PageInterceptor, FormInterceptor),
  );
