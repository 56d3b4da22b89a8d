import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { codedError } from '../../common/coded-error.js';
import { REQUIRED_ROLE } from '../requires-role.decorator.js';
import { isOperatorsPath } from './operators-path.js';

type Method = (...args: unknown[]) => unknown;

/** Checks at the start that every route of console and API declares a role. */
@Injectable()
export class RouteRolesExplorer implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws {DomainError} names each `Class.method` without a role */
  onModuleInit(): void {
    const found = this.discovery.getControllers().flatMap((host) => this.routesWithoutRole(host));
    if (found.length > 0) throw routesWithoutRole(found);
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

const routesWithoutRole = codedError(
  'route_without_role',
  500,
  'A route declares no role',
  (names: readonly string[]) =>
    `${names.join(', ')}: a route of console or API must declare its role. Add @RequiresRole('viewer'), 'operator', 'admin', 'signed-in' or 'public'`,
);
