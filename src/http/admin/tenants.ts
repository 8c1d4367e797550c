// Tenants, for administrators.
import { GraphError, isUuid } from '../../base/index.js';
import { checkName } from '../../directory/index.js';
import { type License, licenses, type Tenant } from '../../plan/index.js';
import { changeTenant } from '../../service/index.js';
import { readMembers } from '../members.js';
import { type AdminRoute, conditionsOf, contentTag, list, told, uuidAt } from './route.js';

export const tenantRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: 'tenants',
    operation: 'list tenants',
    run: async ({ means }) =>
      list((await means.store.listTenants()).map((tenant) => ({ '@odata.etag': tagOf(tenant), ...tenant }))),
  },
  {
    method: 'POST',
    path: 'tenants',
    operation: 'create tenant',
    run: async ({ means, body, by }) => {
      const said = readMembers(body, 'tenant', { id: 'text', displayName: 'text', license: 'text' });
      const id = idOf(said.id ?? means.newId());
      const displayName = checkName('displayName', said.displayName ?? 'Tenant');
      const license = licenseOf(said.license ?? 'active');
      const decide = (before: Tenant | undefined): Omit<Tenant, 'id'> => {
        if (before) throw new GraphError('nameTaken', { target: 'id', values: { kind: 'tenant', name: id } });
        return { displayName, license };
      };
      const tenant = await changeTenant(means.store, id, decide, { clock: means.clock, by });
      return told(201, tenant, tagOf(tenant), `/admin/tenants/${id}`);
    },
  },
  {
    method: 'GET',
    path: 'tenants/{id}',
    operation: 'read tenant',
    run: async (request) => {
      const tenant = await request.means.store.findTenant(uuidAt(request, 0));
      if (!tenant) throw notFound(uuidAt(request, 0));
      return told(200, tenant, tagOf(tenant));
    },
  },
  {
    method: 'PATCH',
    path: 'tenants/{id}',
    operation: 'update tenant',
    run: async (request) => {
      const { means, body, by } = request;
      const said = readMembers(body, 'tenant', { displayName: 'text', license: 'text' });
      const changes = {
        ...(said.displayName !== undefined && { displayName: checkName('displayName', said.displayName) }),
        ...(said.license !== undefined && { license: licenseOf(said.license) }),
      };
      const id = uuidAt(request, 0);
      const check = conditionsOf(request);
      const decide = (before: Tenant | undefined): Omit<Tenant, 'id'> => {
        if (!before) throw notFound(id);
        check(tagOf(before));
        return { ...before, ...changes };
      };
      const tenant = await changeTenant(means.store, id, decide, { clock: means.clock, by });
      return told(200, tenant, tagOf(tenant));
    },
  },
];

function tagOf({ id, displayName, license }: Tenant): string {
  return contentTag([id, displayName, license]);
}

function idOf(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new GraphError('valueInvalid', { target: 'id', values: { property: 'id', reason: 'it is not a UUID' } });
}

function licenseOf(text: string): License {
  const license = licenses.find((known) => known === text);
  if (license) return license;
  const reason = `it is not one of ${licenses.join(', ')}`;
  throw new GraphError('valueInvalid', { target: 'license', values: { property: 'license', reason } });
}

function notFound(id: string): GraphError {
  return new GraphError('entityNotFound', { values: { id } });
}
