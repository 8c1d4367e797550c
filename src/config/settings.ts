// Every setting of the server in one table, from which the command line, its help and the docs are made.
import { isLoopback } from '../base/index.js';

/** How the text of a setting becomes its value. */
export type SettingKind = 'flag' | 'text' | 'texts' | 'port' | 'number';

interface SettingRow {
  /** The command line's long option, without the dashes. */
  readonly flag: string;
  readonly kind: SettingKind;
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  readonly default?: string | number;
  /** Of a number: the least and the most that it can be. */
  readonly range?: readonly [number, number];
  readonly description: string;
  /** The mode that the setting belongs to; both where there is none. */
  readonly mode?: 'development' | 'production';
}

export const settings = {
  dev: {
    flag: 'dev',
    kind: 'flag',
    description: 'development mode: a tenant, a signing key, a certificate authority and sample objects of its own',
  },
  host: {
    flag: 'host',
    kind: 'text',
    placeholder: 'address',
    default: '127.0.0.1',
    description: 'the address to listen on; development mode takes loopback addresses alone',
  },
  port: {
    flag: 'port',
    kind: 'port',
    placeholder: 'port',
    default: 8443,
    description: 'the port for https; 0 picks a free one',
  },
  httpPort: {
    flag: 'http-port',
    kind: 'port',
    placeholder: 'port',
    default: 8080,
    description: 'the port for plain http, in development mode and with --plain-http; 0 picks a free one',
  },
  data: {
    flag: 'data',
    kind: 'text',
    placeholder: 'folder',
    default: './data',
    description: 'the folder of the database and, in development mode, of the certificates',
  },
  publicUrl: {
    flag: 'public-url',
    kind: 'text',
    placeholder: 'url',
    description: 'the origin that clients use, such as https://graph.example.org; required in production',
  },
  allowHost: {
    flag: 'allow-host',
    kind: 'texts',
    placeholder: 'host',
    description: 'a further Host to answer to, with its port unless that is the default one; may be repeated',
  },
  allowOrigin: {
    flag: 'allow-origin',
    kind: 'texts',
    placeholder: 'origin',
    description: 'an origin whose pages may call this server from a browser, or * for every one; may be repeated',
  },
  intuneErrors: {
    flag: 'intune-errors',
    kind: 'flag',
    description: "put errors into JSON inside error.message, as Intune's own services do",
  },
  plainHttp: {
    flag: 'plain-http',
    kind: 'flag',
    mode: 'production',
    description: 'listen on plain http alone, behind a proxy that speaks https',
  },
  tlsCert: {
    flag: 'tls-cert',
    kind: 'text',
    placeholder: 'file',
    mode: 'production',
    description: 'the certificate chain for https, PEM',
  },
  tlsKey: {
    flag: 'tls-key',
    kind: 'text',
    placeholder: 'file',
    mode: 'production',
    description: "the certificate's private key, PEM",
  },
  issuer: {
    flag: 'issuer',
    kind: 'texts',
    placeholder: 'iss',
    mode: 'production',
    description:
      'an issuer of tokens, as `iss` has it; {tenantid} stands for the tenant; may be repeated, each with its --jwks',
  },
  jwks: {
    flag: 'jwks',
    kind: 'texts',
    placeholder: 'url or file',
    mode: 'production',
    description: "the key set of the --issuer in the same place: an https URL, or a file's path",
  },
  audience: {
    flag: 'audience',
    kind: 'texts',
    placeholder: 'aud',
    description: "an audience that tokens may have; in production it replaces Graph's own three; may be repeated",
  },
  clockTolerance: {
    flag: 'clock-tolerance',
    kind: 'number',
    placeholder: 'seconds',
    default: 60,
    range: [0, 86_400],
    description: "how far an issuer's clock may be off",
  },
  jwksCooldown: {
    flag: 'jwks-cooldown',
    kind: 'number',
    placeholder: 'seconds',
    default: 30,
    range: [0, 86_400],
    description: 'the least time between two fetches of one key set',
  },
  pageSize: {
    flag: 'page-size',
    kind: 'number',
    placeholder: 'entities',
    default: 1000,
    range: [1, 100_000],
    description: 'the most entities of one page of a list, and as many as it has when $top says nothing',
  },
  filterDepth: {
    flag: 'filter-depth',
    kind: 'number',
    placeholder: 'levels',
    default: 64,
    range: [1, 100],
    description: 'how deep parentheses, calls and lists of a $filter or $orderby may nest',
  },
  filterNodes: {
    flag: 'filter-nodes',
    kind: 'number',
    placeholder: 'nodes',
    default: 500,
    range: [1, 1000],
    description: 'the most operators, calls, paths and values of one $filter or $orderby',
  },
  filterList: {
    flag: 'filter-list',
    kind: 'number',
    placeholder: 'items',
    default: 500,
    range: [1, 10_000],
    description: 'the most items of the lists behind `in` of one $filter',
  },
  expandDepth: {
    flag: 'expand-depth',
    kind: 'number',
    placeholder: 'levels',
    default: 4,
    range: [0, 4],
    description: 'how deep $expand may lie inside $expand; 0 allows none',
  },
  expandLimit: {
    flag: 'expand-limit',
    kind: 'number',
    placeholder: 'properties',
    default: 40,
    range: [0, 100],
    description: 'the most navigation properties that one query expands',
  },
} as const satisfies Record<string, SettingRow>;

export type SettingName = keyof typeof settings;

type ValueOf<Row extends SettingRow> = Row['kind'] extends 'flag'
  ? boolean
  : Row['kind'] extends 'port' | 'number'
    ? number
    : Row['kind'] extends 'texts'
      ? readonly string[]
      : string;

/** The values of all settings; undefined where there is neither a value nor a default. */
export type ServerSettings = {
  readonly [N in SettingName]:
    | ValueOf<(typeof settings)[N]>
    | ((typeof settings)[N] extends { default: unknown } | { kind: 'flag' | 'texts' } ? never : undefined);
};

/** What is wrong with a setting, or with settings that do not go together; ends the program with exit code 2. */
export class SettingsError extends Error {}

/** All settings, the defaults in place of what is not given. Refuses (SettingsError) what does not go together. */
export function completeSettings(given: Partial<ServerSettings>): ServerSettings {
  checkKinds(given);
  const complete = Object.fromEntries(
    Object.entries(settings).map(([name, row]: [string, SettingRow]) => {
      const empty = row.kind === 'flag' ? false : row.kind === 'texts' ? [] : undefined;
      const value = given[name as SettingName] ?? row.default ?? empty;
      // An IPv6 address stands in brackets in URLs alone.
      return [name, name === 'host' ? String(value).replace(/^\[(.*)\]$/, '$1') : value];
    }),
    // The table's kinds and defaults are what the type is made of.
  ) as unknown as ServerSettings;
  checkTogether(complete);
  checkPorts(given, complete);
  return complete;
}

const kindsOfValues: Readonly<Record<SettingKind, (value: unknown) => boolean>> = {
  flag: (value) => typeof value === 'boolean',
  port: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  number: (value) => Number.isInteger(value),
  text: (value) => typeof value === 'string',
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

/** What the command line cannot say, a program can: names that are none, and values of another kind. */
function checkKinds(given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    const row: SettingRow | undefined = Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
    if (!row) throw new SettingsError(`there is no setting '${name}'`);
    if (value !== undefined && !kindsOfValues[row.kind](value)) {
      throw new SettingsError(`the setting '${name}' has a value that it cannot have`);
    }
    const [least, most] = row.range ?? [];
    if (least !== undefined && most !== undefined && (Number(value ?? least) < least || Number(value) > most)) {
      throw new SettingsError(`--${row.flag} must be a whole number from ${least} to ${most}`);
    }
  }
}

/** A port that nobody would listen on is refused, not ignored. */
function checkPorts(given: Partial<ServerSettings>, { dev, plainHttp }: ServerSettings): void {
  if (dev) return;
  if (plainHttp && given.port !== undefined)
    throw new SettingsError('--plain-http listens on --http-port, not on --port');
  if (!plainHttp && given.httpPort !== undefined) {
    throw new SettingsError('--http-port goes with --plain-http or --dev; with certificates, --port is enough');
  }
}

/** The names and addresses in the certificate of a development server. */
const certifiedHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

function checkTogether(all: ServerSettings): void {
  if (all.data === '') throw new SettingsError('--data must name a folder');
  if (new Set(all.issuer).size < all.issuer.length) throw new SettingsError('an --issuer is given twice');
  if (all.publicUrl !== undefined) checkOrigin('--public-url', all.publicUrl);
  for (const origin of all.allowOrigin) if (origin !== '*') checkOrigin('--allow-origin', origin);
  for (const host of all.allowHost) checkHost(host);
  if (all.dev) {
    if (isLoopback(all.host) && !certifiedHosts.has(all.host.toLowerCase())) {
      throw new SettingsError(
        `development mode has a certificate for ${[...certifiedHosts].join(', ')}, not for ${all.host}`,
      );
    }
    if (!isLoopback(all.host)) {
      throw new SettingsError(
        `development mode has a token and keys that anyone could use, so it listens on loopback alone, not on ${all.host}`,
      );
    }
    for (const [name, row] of Object.entries(settings) as [SettingName, SettingRow][]) {
      const value = all[name];
      const isGiven = Array.isArray(value) ? value.length > 0 : Boolean(value);
      if (row.mode === 'production' && isGiven) {
        throw new SettingsError(`--${row.flag} belongs to production mode and does not go with --dev`);
      }
    }
    return;
  }
  if (all.publicUrl === undefined) throw new SettingsError('production mode needs --public-url (or give --dev)');
  if (all.issuer.length === 0) throw new SettingsError('production mode needs an --issuer (or give --dev)');
  if (all.issuer.length !== all.jwks.length) {
    throw new SettingsError('each --issuer needs its --jwks, in the same order');
  }
  const certificate = all.tlsCert !== undefined && all.tlsKey !== undefined;
  if (certificate === all.plainHttp || (all.tlsCert === undefined) !== (all.tlsKey === undefined)) {
    throw new SettingsError('production mode needs either --tls-cert with --tls-key, or --plain-http');
  }
}

function checkHost(text: string): void {
  if (URL.canParse(`http://${text}`) && /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(text)) return;
  throw new SettingsError(`--allow-host must be a host such as graph.example.org or localhost:8080, not '${text}'`);
}

function checkOrigin(flag: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, '')) {
    throw new SettingsError(`${flag} must be an origin such as https://graph.example.org, not '${text}'`);
  }
}
