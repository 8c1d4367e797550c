// The server that is sent whatever there is, in a process of its own, which tells how much memory it needs.
import { createServer } from '../../src/index.js';
import type { Profile, TokenName } from './requests.js';

/** What the server tells once it is there. */
export interface Ready {
  readonly origin: string;
  readonly tokens: Readonly<Record<TokenName, string>>;
  readonly settings: string;
  readonly profiles: readonly Profile[];
}

/** Bytes of objects that are in use, after everything else was swept away. */
export interface Memory {
  readonly used: number;
  readonly resident: number;
}

const [data, database] = process.argv.slice(2);
const server = await createServer({ data, ...(database && { database }), pageSize: 20, logLevel: 'error' });
const { development, plainUrl } = server;
if (!development || !plainUrl) throw new Error('a server in development mode was asked for');

process.on('message', (message) => {
  if (message === 'stop') {
    void server.close().then(() => process.disconnect());
    return;
  }
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ used: heapUsed + external, resident: rss } satisfies Memory);
});

const all = await development.token();
process.send?.({
  origin: plainUrl,
  settings: String(development.settingsId),
  profiles: Object.entries(development.profiles).map(([type, id]) => ({ type, id })),
  tokens: {
    all,
    reader: await development.token({
      scopes: ['DeviceManagementConfiguration.Read.All', 'DeviceManagementApps.Read.All'],
    }),
    stranger: await development.token({ scopes: ['User.Read'] }),
    application: await development.token({ roles: ['DeviceManagementConfiguration.ReadWrite.All'] }),
    expired: await development.token({ lifetime: -3600 }),
    broken: `${all.slice(0, -4)}AAAA`,
    none: '',
  },
} satisfies Ready);
