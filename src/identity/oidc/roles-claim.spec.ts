import { describe, expect, it } from '@jest/globals';
import { roleMappings } from '../../config/operator-roles.js';
import { hasClaim, roleIn, roleValuesIn, shownValues } from './roles-claim.js';

const MAP = roleMappings('admin=hangar-admins,operator=sre,operator=on-call,viewer=All Staff');

describe('the role that a claim gives', () => {
  it.each([
    ['roles', { roles: ['viewer', 'admin', 'operator'] }, 'admin'],
    ['roles', { roles: 'viewer' }, 'viewer'],
    ['roles', { roles: 'viewer operator' }, undefined],
    ['roles', { roles: 'my admin friend' }, undefined],
    ['roles', { roles: ['my admin friend', 'viewer,admin'] }, undefined],
    ['realm_access.roles', { realm_access: { roles: ['operator'] } }, 'operator'],
    ['resource_access.hangar.roles', { resource_access: { hangar: { roles: ['admin'] } } }, 'admin'],
    ['https://example.com/roles', { 'https://example.com/roles': ['viewer'] }, 'viewer'],
    ['a.b', { 'a.b': ['viewer'], a: { b: ['admin'] } }, 'viewer'],
    ['roles', { roles: ['Admin', 'administrator', 7, null, ['admin']] }, undefined],
    ['roles', { roles: { admin: true } }, undefined],
    ['roles', {}, undefined],
    ['constructor.name', {}, undefined],
    [undefined, { roles: ['admin'] }, undefined],
  ])('%j in %j is %s', (path, claims, role) => {
    expect(roleIn(claims, { ...(path !== undefined && { oidcRolesClaim: path }), oidcRolesMap: [] })).toBe(role);
  });

  it.each([
    [['sre'], 'operator'],
    [['on-call', 'hangar-admins'], 'admin'],
    ['All Staff', 'viewer'],
    [['staff'], undefined],
    [['admin', 'operator'], undefined],
  ])('with a map, %j is %s: names of roles count no more', (groups, role) => {
    expect(roleIn({ groups }, { oidcRolesClaim: 'groups', oidcRolesMap: MAP })).toBe(role);
  });

  it('an e-mail address counts when the provider has verified it, and whole', () => {
    const rule = {
      oidcRolesClaim: 'email',
      oidcRolesMap: roleMappings('admin=ann@example.com'),
      oidcRolesSeparator: ' ',
    };
    const email = 'ann@example.com';
    expect(roleIn({ email, email_verified: true }, rule)).toBe('admin');
    expect(roleIn({ email }, rule)).toBeUndefined();
    expect(roleIn({ email, email_verified: false }, rule)).toBeUndefined();
    expect(roleIn({ email: `x ${email}`, email_verified: true }, rule)).toBeUndefined();
  });

  it('is asked of userinfo where the id token lacks the claim, not where it is empty', () => {
    expect(hasClaim({ realm_access: {} }, 'realm_access.roles')).toBe(false);
    expect(hasClaim({ realm_access: { roles: [] } }, 'realm_access.roles')).toBe(true);
  });

  it.each([
    [' ', 'viewer  operator', 'operator'],
    [',', 'viewer, operator', 'operator'],
    [';', 'my admin friend;viewer', 'viewer'],
    [';', ['admin;viewer'], undefined],
  ])('a text is split at the configured separator %j, a list is not: %j is %s', (oidcRolesSeparator, roles, role) => {
    expect(roleIn({ roles }, { oidcRolesClaim: 'roles', oidcRolesMap: [], oidcRolesSeparator })).toBe(role);
  });

  it.each([
    ['{"CN=Hangar Admins,OU=IT,DC=example": "admin", "CN=Staff,DC=example": "viewer"}'],
    ['{"admin": ["CN=Hangar Admins,OU=IT,DC=example"], "viewer": ["CN=Staff,DC=example"]}'],
  ])('LDAP names with commas are mapped by the JSON %s', (json) => {
    const rule = { oidcRolesClaim: 'memberOf', oidcRolesMap: roleMappings(json) };
    expect(roleIn({ memberOf: 'CN=Hangar Admins,OU=IT,DC=example' }, rule)).toBe('admin');
    expect(roleIn({ memberOf: ['CN=Staff,DC=example', 'CN=x'] }, rule)).toBe('viewer');
    expect(roleIn({ memberOf: 'CN=Hangar Admins' }, rule)).toBeUndefined();
  });

  it('is shown when it gives no role: bounded, with control characters escaped', () => {
    const rule = { oidcRolesClaim: 'groups', oidcRolesMap: [] };
    const many = Array.from({ length: 500 }, (_, at) => `group ${at}`);
    const shown = shownValues(roleValuesIn({ groups: ['\u001b[2J\u202e', 'x'.repeat(1000), ...many] }, rule));
    expect(shown[0]).toBe(String.raw`\u001b[2J\u202e`);
    expect(shown[1]).toHaveLength(100);
    expect(shown).toHaveLength(21);
    expect(shown[20]).toBe('and 482 more');
  });
});
