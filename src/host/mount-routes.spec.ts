import { describe, expect, it } from '@jest/globals';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { mountRoutes } from './mount-routes.js';

describe('the routes of Hangar in an application', () => {
  it('are refused on another HTTP library than Express and Fastify, by its name', () => {
    const adapter = { getType: () => 'koa' } as AbstractHttpAdapter;
    expect(() => mountRoutes(adapter, '/hangar', () => undefined)).toThrow(
      'HangarModule serves its routes on Express and Fastify; the adapter of this application is "koa"',
    );
  });
});
