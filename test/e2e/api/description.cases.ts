import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { developmentToken, mappedRoutes } from '../../support/api-client.js';
import { type ApiScene } from '../../support/api-scene.js';

/** The documentation of the API. Part of `api.test.ts`, on its server. */
export function descriptionCases(scene: ApiScene): void {
  describe('the OpenAPI document', () => {
    it('is valid OpenAPI 3.1', async () => {
      const document = (await (await fetch(`${scene.together.url}/api/openapi.json`)).json()) as Record<
        string,
        unknown
      >;
      expect(document['openapi']).toMatch(/^3\.1\./);
      expect(await new Validator().validate(document)).toEqual({ valid: true });
    });

    it('has valid examples of every request and response', () => {
      expect(scene.api.document.exampleFaults()).toEqual([]);
    });

    it('has exactly the routes of the server', () => {
      const catchAll = 'ALL /api/*';
      const mapped = mappedRoutes(scene.together.hangar.log, /^\/api(\/|$)/).filter((route) => route !== catchAll);
      const documented = scene.api.document.routes.map(({ method, path }) => `${method} ${path}`);
      expect(documented.toSorted()).toEqual(mapped.toSorted());
    });

    it('describes on every route the 429 of the rate limit, with the time to wait', () => {
      for (const { operation } of scene.api.document.routes) {
        const { 429: limited } = operation.responses;
        expect(limited?.headers).toHaveProperty('Retry-After');
        expect(JSON.stringify(limited?.content)).toContain('urn:hangar:too_many_requests');
      }
    });

    it('has unique operation ids, and the role of each operation', () => {
      const ids = scene.api.document.routes.map(({ operation }) => operation.operationId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { operation } of scene.api.document.routes)
        expect(['viewer', 'operator', 'admin', 'signed-in', 'public']).toContain(operation['x-required-role']);
    });
  });

  describe('the documentation page', () => {
    it('loads files only from this server, without inline script', async () => {
      const page = await fetch(`${scene.together.url}/api/docs`);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      const sources = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, source = '']) => source);
      expect(sources.length).toBeGreaterThan(2);
      for (const source of sources) expect((await fetch(`${scene.together.url}${source}`)).status).toBe(200);
      expect((await fetch(`${scene.together.url}/api/docs/package.json`)).status).toBe(404);
    });
  });

  describe('docs/operations.md', () => {
    const examples = readFileSync('docs/operations.md', 'utf8')
      .replaceAll(/\\\n\s*/g, '')
      .match(/^curl .*$/gm);

    it('has an example of a list that works', async () => {
      const [, path] = / "http:\/\/localhost:3000(\/[^"]+)"$/.exec(examples?.[0] ?? '') ?? [];
      const authorization = `Bearer ${developmentToken(scene.together.hangar.log)}`;
      const answer = await fetch(`${scene.together.url}${path}`, { headers: { authorization } });
      expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(5);
    });

    it('has an example of a change that works', async () => {
      const [, body, path] = /-d '(.+)' https:\/\/hangar\.example\.com(\/.+)$/.exec(examples?.[1] ?? '') ?? [];
      const answer = await fetch(`${scene.together.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${developmentToken(scene.together.hangar.log)}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: body ?? '',
      });
      expect(answer.ok).toBe(true);
    });
  });
}
