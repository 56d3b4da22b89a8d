import { describe, expect, it, jest } from '@jest/globals';
import { type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type NewActivity } from './agent-activities.repository.js';
import { AuthorizationsService } from './authorizations.service.js';

const TURN = { id: '0199c1a7-0000-7000-8000-000000000001', run: { connectionId: 'default' } };
const ELSEWHERE = { ...TURN, run: { connectionId: 'cloud' } };
const SETUP = `/oauth/setup?flow=user&request=${TURN.id}&user=ada`;

function requests(publicUrl: string, oidcIssuer?: string) {
  const added: NewActivity[] = [];
  const activities = {
    ofTurn: async () => added.map((activity) => ({ signalMetadata: null, status: 'sent', ...activity })),
    add: async (_turn: string, _start: undefined, activity: NewActivity) => (added.push(activity), activity),
  };
  const send = jest.fn(async () => ({ sent: true }));
  const service = new AuthorizationsService(
    { publicUrl } as never,
    { oidcIssuer } as never,
    new PlaneConnections(
      ['default', 'cloud'].map((id) => ({ id, baseUrl: `https://${id}.example` }) as PlaneConnection),
    ),
    { hasConsented: async (id: string, connectionId: string) => `${connectionId}/${id}` === 'default/ada' } as never,
    activities as never,
    { send } as never,
  );
  return { service, added, send };
}

describe('the request for a consent', () => {
  it('has the https link that Plane shows as a button, and leaves the turn open', async () => {
    const { service, added } = requests('https://app.example/hangar/');
    await service.request(TURN as never, 'ada');
    expect(added).toMatchObject([
      {
        type: 'elicitation',
        closes: false,
        signal: 'auth_request',
        signalMetadata: { url: `https://app.example/hangar${SETUP}` },
      },
    ]);
  });

  it('leads through the sign-in where an identity provider is configured', async () => {
    const { service, added } = requests('https://app.example', 'https://id.example');
    await service.request(TURN as never, 'ada');
    const url = new URL(String(added[0]?.signalMetadata?.['url']));
    expect([url.pathname, url.searchParams.get('return_to')]).toEqual(['/console/sign-in', SETUP]);
  });

  it('has the link in its text where the app has no https address, which Plane rejects', async () => {
    const { service, added } = requests('http://localhost:3000');
    await service.request(TURN as never, 'ada');
    expect(added[0]).not.toHaveProperty('signal');
    expect(added[0]?.content).toMatchObject({ body: expect.stringContaining(`http://localhost:3000${SETUP}`) });
  });

  it('is for the one who signs in, where the person is known by their subject alone; once a turn', async () => {
    const { service, added } = requests('https://app.example', 'https://id.example');
    await service.requestLink(TURN as never);
    await service.requestLink(TURN as never);
    expect(added).toMatchObject([{ type: 'elicitation', closes: false, signal: 'auth_request' }]);
    const url = new URL(String(added[0]?.signalMetadata?.['url']));
    expect(url.searchParams.get('return_to')).toBe(`/oauth/setup?flow=user&request=${TURN.id}`);
  });

  it('is posted once a turn and user', async () => {
    const { service, send } = requests('https://app.example');
    for (const user of ['ada', 'ada', 'bob']) await service.request(TURN as never, user);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('is for users who have not consented', async () => {
    const { service } = requests('https://app.example');
    await expect(service.require(TURN as never, 'ada')).resolves.toBeUndefined();
    await expect(service.require(TURN as never, 'bob')).rejects.toMatchObject({
      code: 'consent_needed',
      planeUserId: 'bob',
    });
  });

  it("is for the app of the run's connection", async () => {
    const { service, added } = requests('https://app.example');
    await expect(service.require(ELSEWHERE as never, 'ada')).rejects.toMatchObject({ connectionId: 'cloud' });
    await service.request(ELSEWHERE as never, 'ada');
    const { pathname } = new URL(String(added[0]?.signalMetadata?.['url']));
    expect(pathname).toBe('/oauth/setup/cloud');
  });
});
