// Many changes at once, of objects that nobody else touches, and what was answered to each.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ready } from '../cli/program.js';

/** Objects that are changed together, by the same requests; mostly one alone. */
export interface Target {
  /** Below /deviceManagement. */
  readonly objects: readonly string[];
  /** By which it is updated, in turn; unused where there are several objects. */
  readonly routes: readonly string[];
  readonly property: string;
  readonly sent: Set<string>;
  /** What was answered with success, since the last time that this was emptied. */
  acknowledged: { readonly value: string; readonly requestIds: readonly string[] }[];
  /** How many were, in all. */
  total: number;
}

export function targetsOf({ settingsId, profiles }: Ready): Target[] {
  const profile = (type: string): string => `deviceConfigurations/${profiles[type]}`;
  const vpn = profile('iosVpnConfiguration');
  const settings = `derivedCredentials/${settingsId}`;
  const target = (objects: readonly string[], routes: readonly string[], property: string): Target => ({
    objects,
    routes,
    property,
    sent: new Set(),
    acknowledged: [],
    total: 0,
  });
  return [
    target(
      [settings],
      [
        settings,
        ...Object.keys(profiles).map((type) => `${profile(type)}/microsoft.graph.${type}/derivedCredentialSettings`),
      ],
      'displayName',
    ),
    target([vpn], [vpn, `${vpn}/microsoft.graph.iosVpnConfiguration`], 'description'),
    target([profile('iosEnterpriseWiFiConfiguration'), profile('iosEasEmailProfileConfiguration')], [], 'description'),
  ];
}

export interface Load {
  /** Settles when each target has been changed twice, or nothing is answered any more. */
  readonly underWay: Promise<unknown>;
  /** Ends it: nothing new is sent, and what was sent has been answered or cut off. */
  stop(): Promise<void>;
}

const workersOfTarget = 5;

/** Keeps several changes of each target under way, at the nodes in turn. */
export function startLoad(nodes: readonly Ready[], targets: readonly Target[], label: string): Load {
  const agent = new Agent({ keepAlive: true });
  let running = true;
  const work = async (target: Target, worker: number, begun: () => void): Promise<void> => {
    for (let number = 0; running; number++) {
      const value = `${label}, worker ${worker}, update ${number}`;
      const node = nodes[(worker + number) % nodes.length];
      if (!node) break;
      target.sent.add(value);
      const answer = await change(node, agent, target, worker + number, value);
      // Cut off, or a fault: it may have happened or not.
      if (answer === undefined) await delay(5);
      else {
        target.acknowledged.push({ value, requestIds: answer });
        target.total++;
        if (number > 0) begun();
      }
    }
  };
  const begun: Promise<void>[] = [];
  const workers = targets.flatMap((target) => {
    let begin = (): void => {};
    begun.push(new Promise((resolve) => (begin = resolve)));
    return Array.from({ length: workersOfTarget }, (_, worker) => work(target, worker, begin));
  });
  return {
    underWay: Promise.race([Promise.all(begun), Promise.all(workers)]),
    async stop() {
      running = false;
      await Promise.all(workers);
      agent.destroy();
    },
  };
}

/** The ids of the requests that were acknowledged; undefined where nobody knows. */
async function change(
  node: Ready,
  agent: Agent,
  { objects, routes, property }: Target,
  turn: number,
  value: string,
): Promise<readonly string[] | undefined> {
  const body = { [property]: value };
  if (objects.length === 1) {
    const answer = await send(node, agent, 'PATCH', `/deviceManagement/${routes[turn % routes.length]}`, body);
    if (!answer || answer.status >= 500) return undefined;
    assert.equal(answer.status, 200, answer.text);
    assert.equal(JSON.parse(answer.text)[property], value);
    return [answer.requestId];
  }
  const requests = objects.map((object, index) => ({
    id: `${index}`,
    method: 'PATCH',
    url: `/deviceManagement/${object}`,
    headers: { 'content-type': 'application/json' },
    body,
    atomicityGroup: 'g',
  }));
  const answer = await send(node, agent, 'POST', '/$batch', { requests });
  if (!answer || answer.status >= 500) return undefined;
  const { responses }: { responses: { status: number; headers: Record<string, string> }[] } = JSON.parse(answer.text);
  if (responses.some(({ status }) => status >= 500)) return undefined;
  for (const { status } of responses) assert.equal(status, 200, answer.text);
  return responses.map(({ headers }) => String(headers['request-id']));
}

/** The answer, if it came whole. */
function send(
  node: Ready,
  agent: Agent,
  method: string,
  path: string,
  body: object,
): Promise<{ status: number; text: string; requestId: string } | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${node.token}`, 'content-type': 'application/json' };
    const sending = request(`${node.plainUrl}/beta${path}`, { method, agent, headers });
    sending.on('error', () => resolve(undefined));
    sending.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', () => resolve(undefined));
      const requestId = String(response.headers['request-id']);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, requestId }));
    });
    sending.end(JSON.stringify(body));
  });
}
