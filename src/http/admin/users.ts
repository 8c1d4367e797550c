// Users of a tenant, for administrators.
import { GraphError, isUuid } from '../../base/index.js';
import { type Place, toldUser } from '../../directory/index.js';
import type { User } from '../../plan/index.js';
import { readMembers, required } from '../members.js';
import { checkConditions } from '../preconditions.js';
import {
  type AdminRequest,
  type AdminRoute,
  list,
  nothing,
  tenantAt,
  told,
  uuidAt,
  versionConditions,
  versionTag,
} from './route.js';

const collection = 'tenants/{id}/users';
const single = `${collection}/{user}`;

const properties = {
  userPrincipalName: 'text',
  displayName: 'text',
  enabled: 'flag',
  scopes: 'texts',
  password: 'textOrNull',
} as const;

export const userRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: collection,
    operation: 'list users',
    run: async (request) => {
      const found = await request.means.store.listUsers(await tenantAt(request));
      return list(found.map((each) => ({ '@odata.etag': versionTag(each), ...toldUser(each) })));
    },
  },
  {
    method: 'POST',
    path: collection,
    operation: 'create user',
    run: async (request) => {
      const { means, body, by, headers } = request;
      checkConditions('create', headers);
      const tenantId = await tenantAt(request);
      const said = readMembers(body, 'user', properties);
      const draft = { ...said, userPrincipalName: required('userPrincipalName', said.userPrincipalName) };
      const user = await means.users.create(tenantId, draft, by);
      return told(201, toldUser(user), versionTag(user), `/admin/tenants/${tenantId}/users/${user.id}`);
    },
  },
  {
    method: 'GET',
    path: single,
    operation: 'read user',
    run: async (request) => answer((await find(request)).user),
  },
  {
    method: 'PATCH',
    path: single,
    operation: 'update user',
    run: async (request) => {
      const { password, ...said } = readMembers(request.body, 'user', properties);
      const { place } = await find(request);
      const check = versionConditions(request);
      const options = { check, ...(password !== undefined && { password }) };
      return answer(await request.means.users.update(place, () => said, request.by, options));
    },
  },
  {
    method: 'DELETE',
    path: single,
    operation: 'delete user',
    run: async (request) => {
      const { place } = await find(request);
      await request.means.users.delete(place, request.by, versionConditions(request));
      return nothing;
    },
  },
  {
    method: 'DELETE',
    path: `${single}/consents/{appId}`,
    operation: 'withdraw consent',
    run: async (request) => {
      const { place } = await find(request);
      await request.means.users.withdraw(place, uuidAt(request, 2), request.by);
      return nothing;
    },
  },
];

/** By the id, or by the user principal name. Refuses: `entityNotFound`. */
async function find(request: AdminRequest): Promise<{ readonly user: User; readonly place: Place }> {
  const tenantId = uuidAt(request, 0);
  const { store } = request.means;
  const key = request.keys[1] ?? '';
  const user = isUuid(key)
    ? await store.findUser(tenantId, key.toLowerCase())
    : await store.findUserByName(tenantId, key);
  if (!user) throw new GraphError('entityNotFound', { values: { id: key } });
  return { user, place: { tenantId, id: user.id } };
}

function answer(user: User) {
  return told(200, toldUser(user), versionTag(user));
}
