// What development mode brings below `/development`: the simulation, and snapshots of the whole state.
import { GraphError, isLoopback } from '../base/index.js';
import type { Verifier } from '../identity/index.js';
import { readJsonObject } from '../odata/index.js';
import type { Payload } from '../plan/index.js';
import type { RequestContext, SnapshotKeeper } from '../service/index.js';
import type { Simulation } from '../simulation/index.js';
import type { Admitted } from './admitted.js';
import type { Answer } from './answer.js';
import { decodeUtf8 } from './body.js';
import { checkContentType, jsonContentType } from './media-types.js';
import { readMembers, required } from './members.js';
import type { OriginPolicy } from './origin.js';
import type { RequestHead } from './request-head.js';
import { readTarget } from './request-target.js';

export interface DevelopmentOptions extends SnapshotKeeper {
  readonly simulation: Simulation;
  /** The state of so many milliseconds ago, as far as it is kept. */
  readonly readerOf: (millisecondsAgo: number) => RequestContext['reader'];
  /** Aborted when the server is told to stop. */
  readonly stopping: AbortSignal;
  /** The tenant that the store was born with. */
  readonly tenantId: string;
  /** Goes back to the state after the first start. */
  reset(): Promise<void>;
}

/** Who says which addresses are the server's, and which tokens hold. */
interface Judges {
  readonly origins: OriginPolicy;
  readonly verifier: Verifier;
}

/** What is done with the members of a body, and the rest of the path. */
type Do = (body: Payload, rest: string) => Promise<Answer>;

interface Route {
  readonly method: string;
  /** Below `/development`; the last segment may be `*`, a name. */
  readonly path: string;
  /** For logs and metrics. */
  readonly operation: string;
  readonly run: (options: DevelopmentOptions) => Do;
}

/** What a body is of, as refusals call it. */
const what = 'development';

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: 'snapshots',
    operation: 'list snapshots',
    run: (development) => async () => json(200, { value: await development.snapshots() }),
  },
  {
    method: 'DELETE',
    path: 'snapshots/*',
    operation: 'remove snapshot',
    run: (development) => async (body, name) => {
      readMembers(body, what, {});
      await development.removeSnapshot(name);
      return done;
    },
  },
  {
    method: 'POST',
    path: 'snapshot',
    operation: 'take snapshot',
    run: (development) => async (body) => {
      const { name, replace } = readMembers(body, what, { name: 'text', replace: 'flag' });
      return json(201, await development.snapshot(name, { replace: replace ?? false }));
    },
  },
  {
    method: 'POST',
    path: 'restore',
    operation: 'restore snapshot',
    run: (development) => async (body) => {
      const { name } = readMembers(body, what, { name: 'text' });
      await development.restore(required('name', name));
      return done;
    },
  },
  {
    method: 'GET',
    path: 'simulation',
    operation: 'read simulation',
    run:
      ({ simulation }) =>
      async () =>
        json(200, simulation.tell()),
  },
  {
    method: 'PUT',
    path: 'simulation',
    operation: 'set simulation',
    run:
      ({ simulation }) =>
      async (body) =>
        json(200, await simulation.set(body)),
  },
  {
    method: 'POST',
    path: 'simulation',
    operation: 'add to simulation',
    run:
      ({ simulation }) =>
      async (body) =>
        json(200, await simulation.add(body)),
  },
  {
    method: 'DELETE',
    path: 'simulation',
    operation: 'clear simulation',
    run:
      ({ simulation }) =>
      async (body) => {
        readMembers(body, what, {});
        await simulation.clear();
        return done;
      },
  },
  {
    method: 'POST',
    path: 'reset',
    operation: 'reset',
    run: (development) => async (body) => {
      readMembers(body, what, {});
      await development.reset();
      return done;
    },
  },
];

const done: Answer = { status: 204, headers: {}, body: undefined };

/**
 * What remains to be done for a request below `/development`; undefined for any other. Refuses: `hostNotAllowed`,
 * `otherOrigin`, from beyond this machine the refusals of a token and `otherTenant`, `segmentNotFound`, `methodNotAllowed`,
 * `unsupportedMediaType`.
 *
 * A page of another site can have a browser send requests to this machine. It cannot choose their Host, so that a name of
 * its own that leads here is refused, and it cannot hide its origin: browsers send Origin with whatever could change
 * anything (the Fetch standard, section 3.2). So on this machine no token is needed, and `curl -X POST` is enough.
 */
export function admitDevelopment(
  head: RequestHead,
  options: DevelopmentOptions,
  judges: Judges,
): Promise<Admitted> | undefined {
  const target = readTarget(head.url, head.headers);
  const found = /^\/development(?:\/([^?#]*))?(?:[?#]|$)/.exec(target.url);
  return found ? admitBelow(found[1] ?? '', target.host, head, options, judges) : undefined;
}

async function admitBelow(
  path: string,
  host: string | undefined,
  head: RequestHead,
  options: DevelopmentOptions,
  { origins, verifier }: Judges,
): Promise<Admitted> {
  const origin = origins.originFor(host, head.scheme);
  checkOrigin(head.headers, [origin, `${head.scheme}://${host?.toLowerCase()}`]);
  if (!isLoopback(head.ipAddress) || !isLoopback((host ?? '').replace(/:\d+$/, ''))) {
    const caller = await verifier.verify(head.headers.authorization);
    head.trail.caller = caller;
    if (caller.tenantId !== options.tenantId) throw new GraphError('otherTenant');
  }
  const { route, rest } = findRoute(head.method, path);
  head.trail.operation = route.operation;
  checkContentType(head.headers);
  return {
    async carryOut(body) {
      const text = decodeUtf8(body);
      return route.run(options)(text === '' ? {} : readJsonObject(text), rest);
    },
  };
}

function checkOrigin({ origin, 'sec-fetch-site': site }: RequestHead['headers'], own: readonly string[]): void {
  if (origin !== undefined && !own.includes(origin.toLowerCase())) throw new GraphError('otherOrigin');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new GraphError('otherOrigin');
}

function findRoute(method: string, path: string): { readonly route: Route; readonly rest: string } {
  const [first = '', rest = '', ...more] = path.replace(/\/$/, '').split('/');
  const wanted = path.includes('/') && rest !== '' ? `${first}/*` : first;
  const there = more.length > 0 ? [] : routes.filter((route) => route.path === wanted);
  if (there.length === 0) {
    throw new GraphError('segmentNotFound', { values: { segment: `development/${path}` } });
  }
  const route = there.find((each) => each.method === method);
  if (route) return { route, rest };
  const allow = there.map((each) => each.method).join(', ');
  throw new GraphError('methodNotAllowed', { values: { method, allow }, headers: { allow } });
}

function json(status: number, body: object): Answer {
  return { status, headers: { 'content-type': jsonContentType }, body: JSON.stringify(body) };
}
