// What a server listens with: HTTP on each of its addresses, above the rooms that are open.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Clock, isLoopback, newId, parseNetwork } from './base/index.js';
import type { ServerSettings } from './config/index.js';
import type { Development } from './development/index.js';
import { createApplications, createCallerJudge, createUsers } from './directory/index.js';
import {
  buildAdminApp,
  buildApp,
  createCrossOrigin,
  createOriginPolicy,
  createPaging,
  createSourceReader,
  Load,
  replaceCertificate,
  type TlsOptions,
} from './http/index.js';
import { createVerifier } from './identity/index.js';
import { audiencesOf } from './issuers.js';
import { openLimits } from './limits/index.js';
import type { NamedFiles } from './named-files.js';
import type { Metrics, Observe } from './observation/index.js';
import type { Service } from './service/index.js';
import type { SignIn } from './sign-in/index.js';
import type { Secrets, Store } from './store/index.js';

interface Rooms {
  readonly store: Store;
  readonly service: Service;
  readonly development: Development | undefined;
  readonly signIn: SignIn | undefined;
  readonly clock: Clock;
  readonly observe: Observe;
  readonly metrics: Metrics | undefined;
}

export interface Listeners {
  /** The https origin, such as `https://127.0.0.1:8443`; undefined with --plain-http. */
  readonly url: string | undefined;
  /** The plain http origin; undefined in production behind certificates of its own. */
  readonly plainUrl: string | undefined;
  /** The origin of the listener for those who run the server; undefined without --admin-port. */
  readonly adminUrl: string | undefined;
  /** Reads the certificate files again, of which a wrong one changes nothing; undefined where there are none. */
  readonly reload: (() => Promise<void>) | undefined;
  close(): Promise<void>;
}

/** Listens where the settings say. What was opened is closed again when a later step fails. */
export async function listen(
  settings: ServerSettings,
  files: NamedFiles,
  { store, service, development, signIn, clock, observe, metrics }: Rooms,
): Promise<Listeners> {
  const own = signIn?.issuer ?? development?.issuer;
  const tokens = createVerifier({
    issuers: [...(own ? [own] : []), ...files.issuers],
    audiences: audiencesOf(settings),
    reach: files.reach,
    clock,
    clockTolerance: settings.clockTolerance,
    cooldown: settings.jwksCooldown,
    onKeySetFailure: (issuer, error) => observe({ event: 'keySetFailed', issuer, error }),
    onVerified: (outcome) => observe({ event: 'tokenVerified', outcome }),
  });
  const judge = createCallerJudge(store, () => clock.now());
  const verifier = { ...tokens, verify: async (header: string | undefined) => judge(await tokens.verify(header)) };
  const settingsLimits = files.limits;
  const limitsInForce = await openLimits({
    settings: settingsLimits,
    find: () => store.findLimits(),
    onFailure: (error) => observe({ event: 'limitsFailed', error }),
  });
  const names = { publicUrl: settings.publicUrl, allowHosts: settings.allowHost };
  const origins = createOriginPolicy({ ...names, loopback: settings.dev });
  const limits = {
    pageSize: settings.pageSize,
    expandDepth: settings.expandDepth,
    expansions: settings.expandLimit,
    expression: { depth: settings.filterDepth, nodes: settings.filterNodes, list: settings.filterList },
  };
  const paging = createPaging(await skipTokenKey(store), limits);
  const sourceOf = createSourceReader(settings.trustProxy.flatMap((network) => parseNetwork(network) ?? []));
  const load = new Load({ mostInFlight: settings.maxInFlight, mostDelay: settings.maxDelay, observe });
  const adminLoad = new Load({ mostInFlight: settings.maxInFlight, mostDelay: 0, observe });
  metrics?.watchInFlight(() => load.inFlight);
  const bounds = {
    connections: settings.maxConnections,
    head: settings.maxHead,
    body: settings.maxBody,
    arrival: settings.requestTimeout,
    keepAlive: settings.keepAlive,
  };
  const page = metrics && (() => metrics.page());
  const stopping = new AbortController();
  const { past } = store;
  const simulated = development && {
    ...development,
    readerOf: (ago: number) => past?.readerOf(ago),
    stopping: stopping.signal,
  };
  const build = (tls: TlsOptions | undefined): FastifyInstance =>
    buildApp({
      verifier,
      service,
      origins,
      paging,
      clock,
      newId,
      limiter: limitsInForce.limiter,
      load,
      bounds,
      trouble: store.trouble,
      tls,
      scheme: tls || (!settings.dev && settings.publicUrl?.startsWith('https:')) ? 'https' : 'http',
      strictTransport: !settings.dev,
      sourceOf,
      crossOrigin: createCrossOrigin(settings.allowOrigin),
      intuneErrors: settings.intuneErrors,
      observe,
      metrics: settings.dev && !tls ? page : undefined,
      development: simulated,
      signIn,
    });

  let secure: FastifyInstance | undefined;
  let admin: FastifyInstance | undefined;
  const onChange = (tls: TlsOptions): void => {
    if (secure) replaceCertificate(secure, tls);
    if (admin && settings.adminTls) replaceCertificate(admin, tls);
  };
  files.certificates?.watch(onChange);
  const apps: FastifyInstance[] = [];
  const close = async (): Promise<void> => {
    stopping.abort();
    limitsInForce.close();
    await Promise.all(apps.map((app) => app.close()));
    load.close();
    adminLoad.close();
  };
  try {
    let url: string | undefined;
    let plainUrl: string | undefined;
    let adminUrl: string | undefined;
    const tls = development?.certificate ?? files.certificates?.current;
    if (settings.adminPort !== undefined && page) {
      const means = { store, clock, newId };
      admin = buildAdminApp({
        ...means,
        applications: createApplications(means),
        users: createUsers(means),
        limits: limitsInForce,
        settingsLimits,
        verifier,
        service,
        administeringTenant: settings.adminTenant?.toLowerCase() ?? development?.tenantId,
        metrics: page,
        trouble: store.trouble,
        observe,
        load: adminLoad,
        tls: settings.adminTls ? tls : undefined,
        origins: isLoopback(settings.adminHost) ? createOriginPolicy({ ...names, loopback: true }) : undefined,
        sourceOf,
        bounds,
      });
      apps.push(admin);
      const scheme = settings.adminTls ? 'https' : 'http';
      adminUrl = await listenOn(admin, settings.adminHost, settings.adminPort, scheme, 'admin-port');
    }
    if (tls) {
      secure = build(tls);
      apps.push(secure);
      url = await listenOn(secure, settings.host, settings.port, 'https', 'port');
      origins.addListener(url);
    }
    if (settings.dev || settings.plainHttp) {
      const app = build(undefined);
      apps.push(app);
      plainUrl = await listenOn(app, settings.host, settings.httpPort, 'http', 'http-port');
      origins.addListener(plainUrl);
    }
    void verifier.readKeys();
    return { url, plainUrl, adminUrl, reload: files.certificates?.reload, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Links to the next page hold for as long as the store does, whichever server of it made them. */
async function skipTokenKey(secrets: Secrets): Promise<Buffer> {
  const name = 'skip-token-key';
  const key =
    (await secrets.findSecret(name)) ?? (await secrets.keepSecret(name, randomBytes(32).toString('base64url')));
  return Buffer.from(key, 'base64url');
}

async function listenOn(
  app: FastifyInstance,
  host: string,
  port: number,
  scheme: string,
  flag: string,
): Promise<string> {
  try {
    // Of the addresses of this name the resolver would choose one; everybody finds this one, by the name too.
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new Error(`Port ${port} of ${host} is in use. Another port: --${flag}.`);
    }
    throw error;
  }
  const { port: actual } = app.server.address() as AddressInfo;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}
