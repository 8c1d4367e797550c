// Applications of a tenant, their secrets and certificates, for administrators.
import { GraphError } from '../../base/index.js';
import { defaultSecretLifetime, type Place, toldApplication, toldSecret } from '../../directory/index.js';
import type { Application } from '../../plan/index.js';
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

const collection = 'tenants/{id}/applications';
const single = `${collection}/{appId}`;

const properties = {
  displayName: 'text',
  enabled: 'flag',
  roles: 'texts',
  scopes: 'texts',
  redirectUris: 'texts',
} as const;

export const applicationRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: collection,
    operation: 'list applications',
    run: async (request) => {
      const found = await request.means.store.listApplications(await tenantAt(request));
      return list(found.map((each) => ({ '@odata.etag': versionTag(each), ...toldApplication(each) })));
    },
  },
  {
    method: 'POST',
    path: collection,
    operation: 'create application',
    run: async (request) => {
      const { means, body, by, headers } = request;
      checkConditions('create', headers);
      const tenantId = await tenantAt(request);
      const said = readMembers(body, 'application', properties);
      const draft = { ...said, displayName: required('displayName', said.displayName) };
      const { application } = await means.applications.create(tenantId, draft, by);
      const location = `/admin/tenants/${tenantId}/applications/${application.id}`;
      return told(201, toldApplication(application), versionTag(application), location);
    },
  },
  {
    method: 'GET',
    path: single,
    operation: 'read application',
    run: async (request) => {
      const { tenantId, id } = placeOf(request);
      const found = await request.means.store.findApplication(tenantId, id);
      if (!found) throw new GraphError('entityNotFound', { values: { id } });
      return answer(found);
    },
  },
  {
    method: 'PATCH',
    path: single,
    operation: 'update application',
    run: async (request) => {
      const said = readMembers(request.body, 'application', properties);
      const { applications } = request.means;
      return answer(await applications.update(placeOf(request), () => said, request.by, versionConditions(request)));
    },
  },
  {
    method: 'DELETE',
    path: single,
    operation: 'delete application',
    run: async (request) => {
      await request.means.applications.delete(placeOf(request), request.by, versionConditions(request));
      return nothing;
    },
  },
  {
    method: 'POST',
    path: `${single}/secrets`,
    operation: 'add secret',
    run: async (request) => {
      const { means, body, by } = request;
      const said = readMembers(body, 'secret', { displayName: 'textOrNull', endDateTime: 'instant' });
      const end = said.endDateTime ?? means.clock.now() + defaultSecretLifetime * 1000;
      const draft = { displayName: said.displayName ?? null, end };
      const added = await means.applications.addSecret(placeOf(request), draft, by, versionConditions(request));
      const { application, secret, secretText } = added;
      return told(201, { ...toldSecret(secret), secretText }, versionTag(application));
    },
  },
  {
    method: 'DELETE',
    path: `${single}/secrets/{id}`,
    operation: 'remove secret',
    run: async (request) => {
      const { applications } = request.means;
      await applications.removeSecret(placeOf(request), uuidAt(request, 2), request.by, versionConditions(request));
      return nothing;
    },
  },
  {
    method: 'POST',
    path: `${single}/certificates`,
    operation: 'add certificate',
    run: async (request) => {
      const said = readMembers(request.body, 'certificate', { displayName: 'textOrNull', pem: 'text' });
      const draft = { pem: required('pem', said.pem), displayName: said.displayName };
      const { applications } = request.means;
      const added = await applications.addCertificate(placeOf(request), draft, request.by, versionConditions(request));
      return told(201, added.certificate, versionTag(added.application));
    },
  },
  {
    method: 'DELETE',
    path: `${single}/certificates/{id}`,
    operation: 'remove certificate',
    run: async (request) => {
      const { applications } = request.means;
      await applications.removeCertificate(
        placeOf(request),
        uuidAt(request, 2),
        request.by,
        versionConditions(request),
      );
      return nothing;
    },
  },
];

function placeOf(request: AdminRequest): Place {
  return { tenantId: uuidAt(request, 0), id: uuidAt(request, 1) };
}

function answer(application: Application) {
  return told(200, toldApplication(application), versionTag(application));
}
