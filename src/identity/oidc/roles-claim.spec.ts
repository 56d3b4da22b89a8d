import { describe, expect, it } from '@jest/globals';
import { roleMappings } from '../../config/operator-roles.js';
import { hasClaim, roleIn } from './roles-claim.js';

const MAP = roleMappings('admin=hangar-admins,operator=sre,operator=on-call,viewer=All Staff');

describe('the role that a claim gives', () => {
  it.each([
    ['roles', { roles: ['viewer', 'admin', 'operator'] }, 'admin'],
    ['roles', { roles: 'viewer' }, 'viewer'],
    ['roles', { roles: 'viewer operator' }, 'operator'],
    ['roles', { roles: 'viewer,operator' }, 'operator'],
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
    expect(roleIn(claims, path, [])).toBe(role);
  });

  it.each([
    [['sre'], 'operator'],
    [['on-call', 'hangar-admins'], 'admin'],
    ['All Staff', 'viewer'],
    [['staff'], undefined],
    [['admin', 'operator'], undefined],
  ])('with a map, %j is %s: names of roles count no more', (groups, role) => {
    expect(roleIn({ groups }, 'groups', MAP)).toBe(role);
  });

  it('an e-mail address counts when the provider has verified it, and whole', () => {
    const map = roleMappings('admin=ann@example.com');
    const email = 'ann@example.com';
    expect(roleIn({ email, email_verified: true }, 'email', map)).toBe('admin');
    expect(roleIn({ email }, 'email', map)).toBeUndefined();
    expect(roleIn({ email, email_verified: false }, 'email', map)).toBeUndefined();
    expect(roleIn({ email: `x ${email}`, email_verified: true }, 'email', map)).toBeUndefined();
  });

  it('is asked of userinfo where the id token lacks the claim, not where it is empty', () => {
    expect(hasClaim({ realm_access: {} }, 'realm_access.roles')).toBe(false);
    expect(hasClaim({ realm_access: { roles: [] } }, 'realm_access.roles')).toBe(true);
  });
});
