// What there is to see of a running server: one table of events, which logs, metrics and traces all read.

/** How much an event matters, as the log has it. */
export type EventLevel = 'error' | 'warn' | 'info' | 'debug';

interface Field {
  readonly kind: 'text' | 'number' | 'error';
  readonly meaning: string;
  readonly optional?: true;
  /** Tells who or where a person is: logged only where a setting says so. */
  readonly personal?: true;
  /** For metrics and traces; no log has it. */
  readonly unlogged?: true;
}

interface EventRow {
  readonly level: EventLevel;
  /** The log's `msg`. */
  readonly message: string;
  readonly meaning: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const text = (meaning: string) => ({ kind: 'text', meaning }) as const;
const number = (meaning: string) => ({ kind: 'number', meaning }) as const;
const error = (meaning: string) => ({ kind: 'error', meaning }) as const;
const optional = <F extends Field>(field: F) => ({ ...field, optional: true }) as const;
const personal = <F extends Field>(field: F) => ({ ...field, optional: true, personal: true }) as const;
const unlogged = <F extends Field>(field: F) => ({ ...field, unlogged: true }) as const;

/** The table. Names and fields stay as they are once released: dashboards and alerts are made of them. */
export const events = {
  serverStarted: {
    level: 'info',
    message: 'the server is ready',
    meaning: 'It listens, and answers.',
    fields: {
      mode: text('`development` or `production`'),
      url: optional(text('the https origin')),
      plainUrl: optional(text('the plain http origin')),
      adminUrl: optional(text('the origin of the listener for those who run the server')),
      milliseconds: number('from the beginning of the start'),
    },
  },
  developmentBeyondLoopback: {
    level: 'warn',
    message: 'DEVELOPMENT MODE LISTENS BEYOND LOOPBACK',
    meaning: 'With `--dev-beyond-loopback`: whoever reaches it, and gets a token of it, can do everything.',
    fields: { host: text('the address that it listens on') },
  },
  serverStopping: {
    level: 'info',
    message: 'the server is stopping',
    meaning: 'It takes no new connections; requests that have begun are finished.',
    fields: {},
  },
  serverStopped: {
    level: 'info',
    message: 'the server has stopped',
    meaning: 'Everything is answered and the store is closed.',
    fields: { milliseconds: number('from the signal or the call') },
  },
  requestFinished: {
    level: 'info',
    message: 'a request was answered',
    meaning: 'Logged with `--log-requests`. Each request inside `$batch` has an event of its own.',
    fields: {
      requestId: text("the answer's `request-id`"),
      clientRequestId: text("the client's own id, or the same again"),
      batchId: optional(text('of a request inside `$batch`: the `requestId` of the batch')),
      method: text('the HTTP method'),
      operation: text('what was asked for, such as `update derivedCredentials`; `none` where that could not be told'),
      status: number('the HTTP status'),
      outcome: text('`done`, or the name of the refusal, as in [errors](errors.md)'),
      milliseconds: number('from the end of the request head to the answer'),
      tenantId: optional(text('the tenant, once the token was found to hold')),
      applicationId: optional(text("the token's application")),
      userId: personal(text("the token's user")),
      userPrincipalName: personal(text("the user's name")),
      ipAddress: personal(text('where the request came from')),
      simulated: optional(text('what development mode simulated for it, such as `latency, throttle`')),
      traceparent: unlogged(optional(text('the W3C trace context that came with the request'))),
    },
  },
  requestFailed: {
    level: 'error',
    message: 'a request failed',
    meaning: 'A fault, answered with 500 or 503: look at `error`.',
    fields: { requestId: text("the answer's `request-id`"), error: error('what went wrong') },
  },
  requestThrottled: {
    level: 'debug',
    message: 'a request was one too many',
    meaning: 'Answered with 429: the tenant or the application has sent more than `--limits` allows.',
    fields: {
      limit: text('the name of the limit'),
      tenantId: text('the tenant'),
      applicationId: optional(text("the token's application")),
      seconds: number('until it may be tried again, as Retry-After says'),
    },
  },
  requestSimulated: {
    level: 'debug',
    message: 'something was simulated for a request',
    meaning: 'In development mode alone, since a rule of the simulation says so ([simulation](simulation.md)).',
    fields: {
      requestId: text("the answer's `request-id`"),
      effect: text('`throttle`, `error`, `latency`, `license` or `eventualDelay`'),
    },
  },
  requestShed: {
    level: 'debug',
    message: 'a request was sent away',
    meaning: 'Answered with 503 before anything was done for it, so that the others need not wait.',
    fields: { reason: text('`inFlight` (`--max-in-flight`) or `delay` (`--max-delay`)') },
  },
  serverOverloaded: {
    level: 'warn',
    message: 'the server has more to do than it can',
    meaning: 'Requests are sent away; told at most every ten seconds.',
    fields: {
      reason: text('`inFlight` or `delay`'),
      requests: number('sent away since this was told last'),
      inFlight: number('requests that are carried out'),
      delay: number('how late the event loop is, in milliseconds'),
    },
  },
  tokenVerified: {
    level: 'debug',
    message: 'a token was judged',
    meaning: 'A token that is remembered from an earlier request is not judged again.',
    fields: { outcome: text('`accepted`, `remembered`, or the name of the refusal') },
  },
  keySetFailed: {
    level: 'warn',
    message: 'the keys of an issuer could not be read',
    meaning: 'The keys that are known stay in force; it is tried again.',
    fields: { issuer: text('the issuer'), error: error('what went wrong') },
  },
  certificateRead: {
    level: 'info',
    message: 'the certificate was read',
    meaning: 'At the start, from the files that the settings name.',
    fields: { file: text('the certificate file'), expires: text('when it ends') },
  },
  certificateReplaced: {
    level: 'info',
    message: 'the certificate was replaced',
    meaning: 'New connections get the new one; those that are open stay as they are.',
    fields: { file: text('the certificate file'), expires: text('when it ends') },
  },
  certificateFailed: {
    level: 'error',
    message: 'a new certificate cannot be used',
    meaning: 'The files changed and are wrong: the certificate before them stays in force.',
    fields: { file: text('the certificate file'), error: error('what went wrong') },
  },
  groupWritten: {
    level: 'debug',
    message: 'units of work were written',
    meaning: 'Units that waited together and share one commit.',
    fields: {
      units: number('how many'),
      milliseconds: number('from their sending to the answer, the commit included'),
    },
  },
  storageFailed: {
    level: 'error',
    message: 'the storage failed',
    meaning: 'Writing failed: each of the units was made whole or not at all, and answered with a fault.',
    fields: { units: number('how many units failed'), error: error('what went wrong') },
  },
  storageRecovered: {
    level: 'warn',
    message: 'the storage can be written again',
    meaning: 'Writing worked for the first time since it failed.',
    fields: {},
  },
  tracesLost: {
    level: 'warn',
    message: 'spans could not be sent',
    meaning: 'The collector of traces cannot be reached, refuses them, or is too slow.',
    fields: { spans: number('how many were lost'), error: error('what went wrong') },
  },
  tokenIssued: {
    level: 'info',
    message: 'a token was given',
    meaning: 'By the built-in token endpoint, to an application by itself or on behalf of a user.',
    fields: {
      tenantId: text('the tenant'),
      applicationId: text('to which application'),
      grantType: text('`client_credentials`, `authorization_code`, `refresh_token` or `device_code`'),
      userId: personal(text('on behalf of which user')),
    },
  },
  tokenRefused: {
    level: 'warn',
    message: 'a token was refused',
    meaning: 'By the built-in token endpoint; `reason` is the name in [sign-in](sign-in.md#errors).',
    fields: {
      tenantId: text('the tenant'),
      applicationId: optional(text('which application asked, where it is known')),
      grantType: text('as above, or `other`'),
      reason: text('why'),
      ipAddress: personal(text('from where')),
    },
  },
  userSignedIn: {
    level: 'info',
    message: 'a user has signed in',
    meaning: 'With a password, on a page of the built-in token endpoint.',
    fields: {
      tenantId: text('the tenant'),
      applicationId: optional(text('to go on to which application')),
      userId: personal(text('who')),
      ipAddress: personal(text('from where')),
    },
  },
  signInFailed: {
    level: 'warn',
    message: 'a sign-in failed',
    meaning:
      'The page says the same whatever the reason is, but for `attempts`: too many wrong passwords, answered with 429.',
    fields: {
      tenantId: text('the tenant'),
      reason: text('`user`: there is none of the name; `password`; `disabled`; `attempts`'),
      userPrincipalName: personal(text('who, where there is such a user')),
      ipAddress: personal(text('from where')),
    },
  },
  auditExported: {
    level: 'debug',
    message: 'audit events were exported',
    meaning: 'They are where `--audit-export` says.',
    fields: { events: number('how many') },
  },
  auditExportFailed: {
    level: 'error',
    message: 'audit events could not be exported',
    meaning: 'Nothing is lost: it is tried again, after a second at first and a minute at last.',
    fields: { error: error('what went wrong') },
  },
  auditEventsMissing: {
    level: 'error',
    message: 'audit events were removed before they were exported',
    meaning: 'Retention was faster than the export, or somebody else removed them; those behind them are exported.',
    fields: {
      tenantId: text('the tenant'),
      from: number('the position of the first that is missing'),
      to: number('that of the last'),
    },
  },
  auditChainReplaced: {
    level: 'warn',
    message: 'a chain of audit events is not the one that was exported',
    meaning:
      'The store was restored from a backup, or tampered with; the chain that is there is exported from its beginning.',
    fields: { tenantId: text('the tenant'), position: number('up to where the other chain was exported') },
  },
  auditSealed: {
    level: 'info',
    message: 'the end of an audit chain was signed',
    meaning: 'Keep these lines away from the store: they show what was done to it since ([audit](audit.md)).',
    fields: {
      tenantId: text('whose chain it is'),
      position: number('of the last event that the seal stands for'),
      seal: text('the signed end: an anchor for `offshoot audit verify`'),
    },
  },
  sealingFailed: {
    level: 'error',
    message: 'the ends of audit chains could not be signed',
    meaning: 'It is tried again after `--seal-seconds`.',
    fields: { error: error('what went wrong') },
  },
  snapshotTaken: {
    level: 'info',
    message: 'a snapshot was taken',
    meaning: 'Of the whole state of a development store.',
    fields: { snapshot: text('its name'), milliseconds: number('from the call to the commit') },
  },
  stateRestored: {
    level: 'info',
    message: 'the state of a snapshot was restored',
    meaning: 'What was written since is gone, with its audit events; `initial` is what a reset goes back to.',
    fields: { snapshot: text('its name'), milliseconds: number('from the call to the commit') },
  },
  limitsFailed: {
    level: 'error',
    message: 'the limits on requests that were set cannot be read',
    meaning: 'Those that held before go on to hold; it is tried again within the second.',
    fields: { error: error('what went wrong') },
  },
  storeMigrated: {
    level: 'info',
    message: 'the store was brought up to date',
    meaning: 'Migrations were applied at the start.',
    fields: { migrations: number('how many') },
  },
} as const satisfies Readonly<Record<string, EventRow>>;

export type EventName = keyof typeof events;

type ValueOf<F extends Field> =
  | (F['kind'] extends 'number' ? number : F['kind'] extends 'text' ? string : unknown)
  | (F extends { optional: true } ? undefined : never);

type FieldsOf<N extends EventName> = (typeof events)[N]['fields'];

/** An event of the name: every field has its place, those that are optional may be undefined. */
export type EventOf<N extends EventName> = { readonly event: N } & {
  readonly [F in keyof FieldsOf<N>]: FieldsOf<N>[F] extends Field ? ValueOf<FieldsOf<N>[F]> : never;
};

/** The one union. */
export type ObservedEvent = { [N in EventName]: EventOf<N> }[EventName];

/** Told of what happens; returns at once and never throws. */
export type Observe = (event: ObservedEvent) => void;

/** Tells them all, those too that join the list later. */
export function observeAll(observers: readonly Observe[]): Observe {
  return (event) => {
    for (const observe of observers) observe(event);
  };
}
