// Changes of one object while the storage fails and recovers, and the proof that none was made in half.
import assert from 'node:assert/strict';
import { call } from '../support.js';

/** Where the object is, and who may change it. */
export interface Subject {
  readonly plainUrl: string | undefined;
  readonly token: string;
  readonly settingsId: string | undefined;
}

export interface Attempt {
  readonly value: string;
  readonly status: number;
  readonly requestId: string;
}

let count = 0;

/** Updates the settings once. */
export async function attempt(subject: Subject): Promise<Attempt> {
  const value = `value ${++count}`;
  const { status, headers, json } = await call(subject, 'PATCH', pathOf(subject), {
    token: subject.token,
    body: { displayName: value },
  });
  if (status === 503) {
    assert.equal(json.error.code, 'ServiceUnavailable');
    assert.match(String(headers['retry-after']), /^\d+$/);
  } else assert.equal(status, 200, JSON.stringify(json));
  return { value, status, requestId: String(headers['request-id']) };
}

/**
 * Every attempt that was acknowledged has its audit event, by the request's id; one that was not may have; the events
 * are one unbroken history that ends in the object's state.
 */
export async function checkAttempts(subject: Subject, attempts: readonly Attempt[]): Promise<void> {
  const get = async (path: string) => {
    const { status, json } = await call(subject, 'GET', path, { token: subject.token });
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  };
  const { value: all } = await get('/beta/deviceManagement/auditEvents?$top=1000');
  const events: { id: string; resources: { modifiedProperties: { oldValue: string; newValue: string }[] }[] }[] =
    all.filter(
      ({ activityOperationType, resources }: { activityOperationType: string; resources: { resourceId: string }[] }) =>
        activityOperationType === 'Patch' && resources[0]?.resourceId === subject.settingsId,
    );
  const changes = events.map(({ resources }) => resources[0]?.modifiedProperties[0]);
  for (const [index, change] of changes.entries()) {
    if (index > 0) assert.equal(change?.oldValue, changes[index - 1]?.newValue);
  }
  const { displayName } = await get(pathOf(subject));
  if (changes.length > 0) assert.equal(displayName, changes.at(-1)?.newValue);
  for (const { value, status, requestId } of attempts) {
    const index = events.findIndex(({ id }) => id === requestId);
    if (status === 200) assert.ok(index >= 0, `the event of '${value}', which was acknowledged`);
    if (index >= 0) assert.equal(changes[index]?.newValue, value);
    else assert.ok(!changes.some((change) => change?.newValue === value), `'${value}' has an event of another id`);
    const path = `/beta/deviceManagement/auditEvents/${requestId}`;
    const found = await call(subject, 'GET', path, { token: subject.token });
    assert.equal(found.status, index >= 0 ? 200 : 404, 'it can be looked up');
  }
}

/** What /readyz says: 'ok' or the reason why not. */
export async function readiness(subject: Pick<Subject, 'plainUrl'>): Promise<string> {
  const { status, json, headers } = await call(subject, 'GET', '/readyz', { token: null });
  assert.equal((await call(subject, 'GET', '/healthz', { token: null })).status, 200);
  if (status === 200) return json.status;
  assert.deepEqual([status, json.status], [503, 'unavailable']);
  assert.match(String(headers['retry-after']), /^\d+$/);
  return json.reason;
}

function pathOf({ settingsId }: Subject): string {
  return `/beta/deviceManagement/derivedCredentials/${settingsId}`;
}
