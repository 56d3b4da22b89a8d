import { expect, it } from '@jest/globals';
import { environmentOf, objectOf, objectsOf, type Pod, podOf } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM } from '../support/helm.js';

describeWith('helm', HELM !== undefined, 'workers scaled by KEDA', () => {
  const scaled = (name: string): Record<string, unknown> => objectOf('keda', 'ScaledObject', name).spec;

  it('scale on Prometheus metrics of their handlers, by method or class', () => {
    const handlers = 'handler=~"PingHandler[.]pong|WelcomeHandler[.].+"';
    const jobs = `hangar_queue_jobs{namespace="hangar", state=~"waiting|active", ${handlers}}`;
    expect(scaled('hangar-worker')).toEqual({
      scaleTargetRef: { name: 'hangar-worker' },
      minReplicaCount: 2,
      maxReplicaCount: 30,
      pollingInterval: 15,
      cooldownPeriod: 300,
      triggers: [
        {
          type: 'prometheus',
          metadata: {
            serverAddress: 'http://prometheus-operated.monitoring:9090',
            query: `sum(max by (handler, state) (${jobs}))`,
            threshold: '100',
          },
        },
      ],
    });
  });

  it('scale on a PostgreSQL query of their handlers, down to zero', () => {
    const { minReplicaCount, maxReplicaCount, triggers } = scaled('hangar-worker-reports');
    expect([minReplicaCount, maxReplicaCount]).toEqual([0, 5]);
    expect(triggers).toEqual([
      {
        type: 'postgresql',
        metadata: {
          query:
            'SELECT count(*) FROM team_a_pgboss.job_common AS job JOIN team_a_pgboss.queue USING (name) ' +
            "WHERE queue.dead_letter IS NOT NULL AND job.state <= 'active' AND job.start_after <= now() " +
            "AND (starts_with(job.name, 'ReportHandler.'))",
          targetQueryValue: '1',
        },
        authenticationRef: { name: 'hangar-keda' },
      },
    ]);
  });

  it('query PostgreSQL with the servers’ connection URL', () => {
    expect(objectOf('keda', 'TriggerAuthentication', 'hangar-keda').spec).toEqual({
      secretTargetRef: [{ parameter: 'connection', name: 'hangar-secrets', key: 'DATABASE_URL' }],
    });
  });

  it('are divided by handlers', () => {
    const handlers = (name: string): unknown => environmentOf(podOf('keda', 'Deployment', name))['HANGAR_HANDLERS'];
    expect(handlers('hangar-worker')).toBe('PingHandler.pong,WelcomeHandler');
    expect(handlers('hangar-worker-reports')).toBe('ReportHandler');
  });
});

describeWith('helm', HELM !== undefined, 'a worker pool', () => {
  const SET = 'worker-pools';
  const pool = (name: string): Pod => podOf(SET, 'Deployment', `hangar-worker-${name}`);

  it('is a separate Deployment, unless it is disabled', () => {
    const names = objectsOf(SET, 'Deployment').map(({ metadata }) => metadata.name);
    expect(names.sort()).toEqual(
      ['console', 'receiver', 'scheduler', 'worker', 'worker-agents', 'worker-reports'].map((name) => `hangar-${name}`),
    );
  });

  it('can set its replicas, scheduling, grace period and resources', () => {
    expect(objectOf(SET, 'Deployment', 'hangar-worker-reports').spec.replicas).toBe(1);
    const { spec, containers } = pool('reports');
    expect(spec.nodeSelector).toEqual({ 'node.kubernetes.io/instance-type': 'm7i.xlarge' });
    expect(spec.tolerations).toEqual([{ key: 'batch', operator: 'Exists', effect: 'NoSchedule' }]);
    expect(spec.terminationGracePeriodSeconds).toBe(605);
    expect(containers[0]?.resources).toEqual({
      requests: { cpu: '1', memory: '1Gi' },
      limits: { memory: '2Gi' },
    });
  });

  it('inherits other settings from the worker, except the handlers', () => {
    const { replicas } = objectOf(SET, 'Deployment', 'hangar-worker-agents').spec;
    const { containers } = pool('agents');
    expect(replicas).toBe(2);
    expect(containers[0]?.resources).toEqual({
      requests: { cpu: '200m', memory: '256Mi' },
      limits: { memory: '512Mi' },
    });
    expect(environmentOf(pool('agents'))).toMatchObject({
      HANGAR_ROLES: 'worker',
      HANGAR_HANDLERS: 'AgentHandler.answer,AgentHandler.follow',
    });
  });

  it('does not affect the settings of other pools', () => {
    const worker = podOf(SET, 'Deployment', 'hangar-worker');
    expect(environmentOf(worker)['HANGAR_HANDLERS']).toBe('PingHandler,WelcomeHandler.welcome');
    expect(worker.spec.nodeSelector).toBeUndefined();
    expect(worker.spec.terminationGracePeriodSeconds).toBe(30);
    expect(worker.spec.volumes?.map(({ name }) => name)).toEqual(['secrets']);
  });

  it('can have its own files and variables', () => {
    const { spec, containers } = pool('agents');
    expect(spec.volumes).toContainEqual({
      name: 'model',
      secret: { secretName: 'model-key', defaultMode: 0o440 },
    });
    expect(containers[0]?.volumeMounts).toContainEqual({
      name: 'model',
      mountPath: '/run/secrets/model',
      readOnly: true,
    });
    expect(environmentOf(pool('agents'))['MODEL_API_KEY_FILE']).toBe('/run/secrets/model/key');
  });
});
