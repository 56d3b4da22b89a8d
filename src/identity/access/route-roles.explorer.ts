import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { DomainError } from '../../common/domain-error.js';
import { REQUIRED_ROLE } from '../requires-role.decorator.js';
import { isOperatorsPath } from './operators-path.js';

type Method = (...args: unknown[]) => unknown;

/** Looks, once at start, whether each route of console and API names the role that it asks for. */
@Injectable()
export class RouteRolesExplorer implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws {DomainError} that names each `Class.method` without one */
  onModuleInit(): void {
    const nameless = this.discovery.getControllers().flatMap((host) => this.routesWithoutRole(host));
    if (nameless.length > 0) throw routesWithoutRole(nameless);
  }

  private routesWithoutRole({ metatype }: InstanceWrapper): string[] {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, Method>;
    const prefixes = pathsOf(this.reflector.get(PATH_METADATA, metatype));
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const method = prototype[name] as Method;
        if (this.reflector.get(METHOD_METADATA, method) === undefined) return false;
        const paths = pathsOf(this.reflector.get(PATH_METADATA, method));
        const whole = prefixes.flatMap((prefix) => paths.map((path) => joined(prefix, path)));
        const role: unknown = this.reflector.getAllAndOverride(REQUIRED_ROLE, [method, metatype]);
        return role === undefined && whole.some(isOperatorsPath);
      })
      .map((name) => `${metatype.name}.${name}`);
  }
}

function pathsOf(path: unknown): string[] {
  return (Array.isArray(path) ? path : [path]).filter((each) => typeof each === 'string');
}

function joined(prefix: string, path: string): string {
  return [prefix, path]
    .map((part) => part.replaceAll(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');
}

/** Routes of console or API could be used by anybody, were they served. */
function routesWithoutRole(names: readonly string[]): DomainError {
  return new DomainError({
    code: 'route_without_role',
    title: 'A route names no role',
    detail: `${names.join(', ')}: a route of console or API must name its role. Put @RequiresRole('viewer'), 'operator', 'admin', 'signed-in' or 'public' on it`,
    status: 500,
  });
}
