// The whole server over a store that is handed in.
import { randomUUID } from 'node:crypto';
import { newId, systemClock } from '../../src/base/index.js';
import { completeSettings } from '../../src/config/index.js';
import { openServer } from '../../src/server.js';
import { byProgram, changeTenant } from '../../src/service/index.js';
import type { Store } from '../../src/store/index.js';
import type { Answer } from '../support.js';

export interface Front {
  readonly store: Store;
  /** A new tenant with a licence, and whoever calls for it. */
  openTenant(): Promise<Caller>;
  callerOf(tenantId: string): Promise<Caller>;
  close(): Promise<void>;
}

export interface Caller {
  readonly tenantId: string;
  /** Sends a request; `path` is below /beta. */
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /**
   * As `send`; fails unless it succeeds. Answers the body, in a later millisecond than that of the request, so that what
   * is made by one call has a smaller id than what is made by the next.
   */
  must(method: string, path: string, body?: unknown): Promise<Answer['json']>;
}

/** Nothing happens of itself meanwhile: a seal would be a row that the change under test did not make. */
const sealSeconds = 86_400;

export async function openFront(store: Store, folder: string): Promise<Front> {
  const settings = completeSettings({ dev: true, port: 0, httpPort: 0, data: folder, logLevel: 'silent', sealSeconds });
  const server = await openServer(settings, { open: async () => store });
  const { development, plainUrl } = server;
  if (!development) throw new Error('a server in development mode was asked for');
  const callerOf: Front['callerOf'] = async (tenantId) => {
    const authorization = `Bearer ${await development.token({ tenantId })}`;
    const send: Caller['send'] = async (method, path, body, headers) => {
      const answer = await fetch(`${plainUrl}/beta${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text,
        json: text === '' ? undefined : JSON.parse(text),
      };
    };
    const must: Caller['must'] = async (method, path, body) => {
      const { status, json, text } = await send(method, path, body);
      if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
      for (const now = Date.now(); Date.now() === now; ) await new Promise(setImmediate);
      return json;
    };
    return { tenantId, send, must };
  };
  return {
    store,
    callerOf,
    async openTenant() {
      const tenantId = randomUUID();
      const tenant = { displayName: 'Tenant', license: 'active' } as const;
      await changeTenant(store, tenantId, () => tenant, { clock: systemClock, by: byProgram('a test', newId) });
      return callerOf(tenantId);
    },
    close: () => server.close(),
  };
}
