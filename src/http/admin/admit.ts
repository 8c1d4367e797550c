// The walk of a request of the API for administrators: each step may refuse, and only for its own reason.
import { GraphError, isLoopback, isUuid } from '../../base/index.js';
import type { Verifier } from '../../identity/index.js';
import { readJsonObject } from '../../odata/index.js';
import { actorOf, adminRead, adminWrite, type By, type Service } from '../../service/index.js';
import type { Admitted } from '../admitted.js';
import { decodeUtf8 } from '../body.js';
import { checkContentType, checkNoBody } from '../media-types.js';
import { underConditions } from '../preconditions.js';
import type { RequestHead } from '../request-head.js';
import { readTarget } from '../request-target.js';
import { applicationRoutes } from './applications.js';
import { limitsRoutes } from './limits.js';
import type { AdminMeans, AdminRoute } from './route.js';
import { tenantRoutes } from './tenants.js';
import { userRoutes } from './users.js';

export interface AdminOptions extends AdminMeans {
  readonly verifier: Verifier;
  readonly service: Pick<Service, 'admit'>;
  /** Whose callers may administer; nobody's where it is undefined. */
  readonly administeringTenant: string | undefined;
}

/** Each with its method and path below `/admin`. */
export const adminRoutes: readonly AdminRoute[] = [
  ...tenantRoutes,
  ...applicationRoutes,
  ...userRoutes,
  ...limitsRoutes,
];

/** Every step before the body, in order; undefined for what is not below `/admin`. */
export async function admitAdmin(head: RequestHead, options: AdminOptions): Promise<Admitted | undefined> {
  const { url } = readTarget(head.url, head.headers);
  const [, path] = /^\/admin(?:\/([^?#]*))?(?:[?#]|$)/.exec(url) ?? [];
  if (path === undefined && !/^\/admin(?:[?#]|$)/.test(url)) return undefined;
  if (head.scheme !== 'https' && !isLoopback(head.ipAddress)) throw new GraphError('plainHttpRefused');
  const caller = await options.verifier.verify(head.headers.authorization); //     401 token…
  head.trail.caller = caller;
  await options.service.admit(caller); //                                         403 personalAccount, 401 tenantUnknown
  if (caller.tenantId !== options.administeringTenant) throw new GraphError('notAdministrator');
  const { route, keys } = findRoute(head.method, path ?? ''); //                   400 segmentNotFound, 405 methodNotAllowed
  head.trail.operation = route.operation;
  checkPermission(caller, route.method === 'GET'); //                              403 permissionMissing
  checkQuery(url); //                                                             400 optionUnknown
  const hasBody = takesBody(route);
  if (hasBody) checkContentType(head.headers); //                                  415 unsupportedMediaType
  if (!hasBody) checkNoBody(head.method, head.headers); //                         400 bodyNotAllowed
  return {
    async carryOut(bytes) {
      const body = hasBody ? readJsonObject(decodeUtf8(bytes)) : {};
      const { tenantId } = caller;
      // Where a tenant is changed by another's people, its audit tells whose they are.
      const remote = keys[0]?.toLowerCase() === tenantId ? {} : { remoteTenantId: tenantId };
      const by: By = {
        actor: { ...actorOf(caller, head.ipAddress), ...(keys.length > 0 && remote) },
        requestId: head.requestId,
        correlationId: isUuid(head.clientRequestId) ? head.clientRequestId.toLowerCase() : head.requestId,
      };
      const request = { means: options, keys, body, by, callerTenantId: tenantId, headers: head.headers };
      return underConditions(await route.run(request), head, false);
    },
  };
}

function takesBody({ method }: AdminRoute): boolean {
  return method !== 'GET' && method !== 'DELETE';
}

function checkPermission(caller: Awaited<ReturnType<Verifier['verify']>>, reading: boolean): void {
  const permissions = reading ? [adminRead, adminWrite] : [adminWrite];
  if (permissions.some((permission) => caller.permissions.has(permission))) return;
  const subject = caller.kind === 'delegated' ? 'User' : 'Application';
  throw new GraphError('permissionMissing', { values: { subject, permissions: permissions.join(', ') } });
}

/** There are no query options here. */
function checkQuery(url: string): void {
  const [, option] = /^[^?#]*\?([^=&#]*)/.exec(url) ?? [];
  if (option !== undefined) throw new GraphError('optionUnknown', { target: option, values: { option } });
}

function findRoute(method: string, path: string): { readonly route: AdminRoute; readonly keys: readonly string[] } {
  const segments = path.replace(/\/$/, '').split('/').map(decode);
  const there = adminRoutes.flatMap((route) => {
    const keys = keysIn(route.path, segments);
    return keys ? [{ route, keys }] : [];
  });
  if (there.length === 0) throw new GraphError('segmentNotFound', { values: { segment: `admin/${path}` } });
  const found = there.find(({ route }) => route.method === method);
  if (found) return found;
  const allow = there.map(({ route }) => route.method).join(', ');
  throw new GraphError('methodNotAllowed', { values: { method, allow }, headers: { allow } });
}

/** What stands in the places of the path; undefined where it is another path. */
function keysIn(path: string, segments: readonly string[]): readonly string[] | undefined {
  const parts = path.split('/');
  if (parts.length !== segments.length) return undefined;
  const isKey = (part: string): boolean => part.startsWith('{');
  const fits = parts.every((part, index) => (isKey(part) ? segments[index] !== '' : part === segments[index]));
  if (!fits) return undefined;
  return segments.filter((_, index) => isKey(parts[index] ?? ''));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError('malformedUrl', { values: { reason: 'its percent-encoding is broken' } });
  }
}
