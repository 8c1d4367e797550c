// Every setting of the server in one table, from which the command line, its help, the file's schema and the docs are made.
import type { IssuerSetting } from './issuer-setting.js';

/** How the text of a setting becomes its value. */
export type SettingKind = 'flag' | 'text' | 'texts' | 'issuers' | 'choice' | 'port' | 'number';

/** What a setting is where nobody says anything; a flag is off, unless this says otherwise. */
type Default = string | number | boolean;

export interface SettingRow {
  /** The command line's long option, without the dashes. */
  readonly flag: string;
  readonly kind: SettingKind;
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  readonly default?: Default | { readonly development: Default; readonly production: Default };
  /** Of a choice: what it can be. */
  readonly choices?: readonly string[];
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
  devBeyondLoopback: {
    flag: 'dev-beyond-loopback',
    kind: 'flag',
    mode: 'development',
    description:
      'let --host be any address, in a container whose ports lead to loopback: whoever reaches it can use it, so no token is printed',
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
    description: 'the folder of the database, unless --database is given, and in development mode of the certificates',
  },
  database: {
    flag: 'database',
    kind: 'text',
    placeholder: 'url',
    description:
      'a PostgreSQL database instead of a file: postgres://user:password@host:port/name; any number of servers may share it',
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
  trustProxy: {
    flag: 'trust-proxy',
    kind: 'texts',
    placeholder: 'network',
    description:
      'the address or network, such as 10.1.0.0/16, of proxies in front whose X-Forwarded-For, -Proto and -Host are believed; may be repeated',
  },
  tlsCert: {
    flag: 'tls-cert',
    kind: 'text',
    placeholder: 'file',
    mode: 'production',
    description: 'the certificate chain for https, PEM; read again when the files change, and at SIGHUP',
  },
  tlsKey: {
    flag: 'tls-key',
    kind: 'text',
    placeholder: 'file',
    mode: 'production',
    description: "the certificate's private key, PEM",
  },
  tlsClientCa: {
    flag: 'tls-client-ca',
    kind: 'text',
    placeholder: 'file',
    mode: 'production',
    description: 'the certificate authorities, PEM, whose certificates clients show (mutual TLS)',
  },
  tlsClientCert: {
    flag: 'tls-client-cert',
    kind: 'choice',
    placeholder: 'when',
    choices: ['required', 'optional'],
    default: 'required',
    mode: 'production',
    description: 'with --tls-client-ca, whether clients must show a certificate; a wrong one is refused always',
  },
  signIn: {
    flag: 'sign-in',
    kind: 'flag',
    default: { development: true, production: false },
    description: 'give tokens to the applications and users of the directory, as Entra ID does (docs/sign-in.md)',
  },
  signInKeys: {
    flag: 'sign-in-keys',
    kind: 'text',
    placeholder: 'folder',
    mode: 'production',
    description:
      'with --sign-in, the folder of the private RSA keys, PEM, that sign tokens: the last by name signs; looked at every 30 seconds',
  },
  signInSecret: {
    flag: 'sign-in-secret',
    kind: 'texts',
    placeholder: 'file',
    mode: 'production',
    description:
      'with --sign-in, instead of --sign-in-keys: the file with 32 random bytes, base64, under which the keys are encrypted in the store; several may be given, of which the first encrypts',
  },
  issuer: {
    flag: 'issuer',
    kind: 'issuers',
    placeholder: 'url or JSON',
    description:
      'an issuer of tokens, as its discovery document has it; {tenantid} stands for the tenant; or a JSON object (docs/issuers.md); may be repeated; in development mode, besides its own',
  },
  jwks: {
    flag: 'jwks',
    kind: 'texts',
    placeholder: 'url or file',
    description: "the key set of the --issuer in the same place, instead of discovery: an https URL, or a file's path",
  },
  issuerCa: {
    flag: 'issuer-ca',
    kind: 'text',
    placeholder: 'file',
    description: "the certificate authorities to trust at issuers' addresses, PEM, in place of the system's",
  },
  audience: {
    flag: 'audience',
    kind: 'texts',
    placeholder: 'aud',
    description: "an audience that tokens may have; in production it replaces Graph's own; may be repeated",
  },
  clockTolerance: {
    flag: 'clock-tolerance',
    kind: 'number',
    placeholder: 'seconds',
    default: 60,
    range: [0, 600],
    description: "how far an issuer's clock may be off",
  },
  jwksCooldown: {
    flag: 'jwks-cooldown',
    kind: 'number',
    placeholder: 'seconds',
    default: 30,
    range: [1, 86_400],
    description: "the least time between two fetches of one issuer's keys, whatever is asked for",
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
  maxConnections: {
    flag: 'max-connections',
    kind: 'number',
    placeholder: 'connections',
    default: 10_000,
    range: [1, 1_000_000],
    description: 'the most connections of one listener; more are closed as they come',
  },
  maxHead: {
    flag: 'max-head',
    kind: 'number',
    placeholder: 'bytes',
    default: 32 * 1024,
    range: [8 * 1024, 1024 * 1024],
    description: 'the most bytes of a request line with its headers: room for a long token and a long URL',
  },
  maxBody: {
    flag: 'max-body',
    kind: 'number',
    placeholder: 'bytes',
    default: 4 * 1024 * 1024,
    range: [1024, 64 * 1024 * 1024],
    description: 'the most bytes of a request body',
  },
  requestTimeout: {
    flag: 'request-timeout',
    kind: 'number',
    placeholder: 'seconds',
    default: 30,
    range: [1, 3600],
    description: 'how long a client may take to send a whole request, and to go on with taking its answer',
  },
  keepAlive: {
    flag: 'keep-alive',
    kind: 'number',
    placeholder: 'seconds',
    default: 72,
    range: [1, 3600],
    description: 'how long a connection is kept for the next request; longer than the proxy in front does',
  },
  maxInFlight: {
    flag: 'max-in-flight',
    kind: 'number',
    placeholder: 'requests',
    default: { development: 0, production: 1000 },
    range: [0, 1_000_000],
    description: 'the most requests that are carried out at a time, beyond which 503 is answered; 0 is any number',
  },
  maxDelay: {
    flag: 'max-delay',
    kind: 'number',
    placeholder: 'milliseconds',
    default: { development: 0, production: 200 },
    range: [0, 60_000],
    description: 'how late the event loop may be, beyond which 503 is answered; 0 is any time',
  },
  limits: {
    flag: 'limits',
    kind: 'text',
    placeholder: 'intune, none or file',
    default: { development: 'none', production: 'intune' },
    description:
      "how many requests a tenant and an application may send: Intune's figures, any number, or those of a file",
  },
  auditExport: {
    flag: 'audit-export',
    kind: 'text',
    placeholder: 'file or url',
    description:
      'where audit events go besides, one JSON object a line: a file, syslog+tcp://host:port or syslog+tls://host:port',
  },
  adminPort: {
    flag: 'admin-port',
    kind: 'port',
    placeholder: 'port',
    description:
      'the port of the listener for those who run the server (/admin, /metrics, /healthz, /readyz); 0 picks a free one',
  },
  adminHost: {
    flag: 'admin-host',
    kind: 'text',
    placeholder: 'address',
    default: '127.0.0.1',
    description:
      'the address of that listener, which asks for no token except below /admin: let nobody reach it who should not',
  },
  adminTls: {
    flag: 'admin-tls',
    kind: 'flag',
    description:
      "speak https on that listener, with the server's certificate; without it, /admin is for this machine alone",
  },
  adminTenant: {
    flag: 'admin-tenant',
    kind: 'text',
    placeholder: 'id',
    description:
      'the tenant whose callers, with the permission, administer the server below /admin; without it nobody does, in development mode those of its own',
  },
  sealKey: {
    flag: 'seal-key',
    kind: 'text',
    placeholder: 'file',
    description:
      "the private key, PEM, of Ed25519 or P-256, that signs the ends of audit chains; without it production signs none, and development mode uses the store's own",
  },
  sealEvery: {
    flag: 'seal-every',
    kind: 'number',
    placeholder: 'events',
    default: 1000,
    range: [1, 1_000_000],
    description: 'after how many audit events of a tenant the end of its chain is signed',
  },
  sealSeconds: {
    flag: 'seal-seconds',
    kind: 'number',
    placeholder: 'seconds',
    default: 60,
    range: [1, 86_400],
    description: 'after how much time every end that is not signed yet is',
  },
  logLevel: {
    flag: 'log-level',
    kind: 'choice',
    placeholder: 'level',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: { development: 'warn', production: 'info' },
    description: 'the least weighty events that are logged, on standard error, one JSON object a line',
  },
  logRequests: {
    flag: 'log-requests',
    kind: 'flag',
    default: { development: false, production: true },
    description: 'log each request, at the level info',
  },
  logPersonal: {
    flag: 'log-personal',
    kind: 'flag',
    description: 'have user ids and names, and IP addresses, in the log and in traces',
  },
} as const satisfies Record<string, SettingRow>;

export type SettingName = keyof typeof settings;

type ValueOf<Row extends SettingRow> = Row extends { choices: readonly (infer Choice)[] }
  ? Choice
  : Row['kind'] extends 'flag'
    ? boolean
    : Row['kind'] extends 'port' | 'number'
      ? number
      : Row['kind'] extends 'issuers'
        ? readonly (string | IssuerSetting)[]
        : Row['kind'] extends 'texts'
          ? readonly string[]
          : string;

/** The values of all settings; undefined where there is neither a value nor a default. */
export type ServerSettings = {
  readonly [N in SettingName]:
    | ValueOf<(typeof settings)[N]>
    | ((typeof settings)[N] extends { default: unknown } | { kind: 'flag' | 'texts' | 'issuers' } ? never : undefined);
};

/** Name and row of every setting, in the table's order. */
export const settingRows = Object.entries(settings) as readonly (readonly [SettingName, SettingRow])[];

/** The row of a name that may be none. */
export function settingRow(name: string): SettingRow | undefined {
  return Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
}

/** The default in the mode; undefined where there is none. */
export function defaultOf(row: SettingRow, mode: 'development' | 'production'): unknown {
  const { default: value } = row;
  if (value !== undefined) return typeof value === 'object' ? value[mode] : value;
  return row.kind === 'flag' ? false : isList(row) ? [] : undefined;
}

/** Whether the setting may be given several times. */
export function isList({ kind }: SettingRow): boolean {
  return kind === 'texts' || kind === 'issuers';
}
