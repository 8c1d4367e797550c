// The use cases of applications.
import { GraphError } from '../base/index.js';
import type { Application, ApplicationCertificate, ApplicationSecret } from '../plan/index.js';
import type { By } from '../service/index.js';
import { readCertificate } from './certificates.js';
import { type Check, changeItem, deleteItem, editItem, type Means, notFound, type Place } from './change.js';
import { checkCount, checkName, checkPermissions, checkRedirectUris, invalid } from './rules.js';
import { makeSecret, type SecretDraft } from './secrets.js';

/** What may be said of an application. */
export interface ApplicationProperties {
  readonly displayName: string;
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
}

export interface Applications {
  /** With a secret if one is wanted, whose text is in the answer and nowhere else. */
  create(
    tenantId: string,
    draft: Partial<ApplicationProperties> & Pick<ApplicationProperties, 'displayName'>,
    by: By,
    secret?: SecretDraft,
  ): Promise<{ readonly application: Application; readonly secretText: string | undefined }>;
  /** `edit` says what is to be different, given the application as it is. */
  update(
    place: Place,
    edit: (before: Application) => Partial<ApplicationProperties>,
    by: By,
    check?: Check<Application>,
  ): Promise<Application>;
  delete(place: Place, by: By, check?: Check<Application>): Promise<void>;
  addSecret(
    place: Place,
    draft: SecretDraft,
    by: By,
    check?: Check<Application>,
  ): Promise<{ readonly application: Application; readonly secret: ApplicationSecret; readonly secretText: string }>;
  removeSecret(place: Place, secretId: string, by: By, check?: Check<Application>): Promise<Application>;
  addCertificate(
    place: Place,
    draft: { readonly pem: string; readonly displayName?: string | null | undefined },
    by: By,
    check?: Check<Application>,
  ): Promise<{ readonly application: Application; readonly certificate: ApplicationCertificate }>;
  removeCertificate(place: Place, certificateId: string, by: By, check?: Check<Application>): Promise<Application>;
}

/** The longest that a secret may hold, in milliseconds. */
const longestLifetime = 36_525 * 86_400 * 1000;

/**
 * Each is one audit event. Refuses: `entityNotFound` (tenant, application, secret, certificate), `valueInvalid`,
 * `permissionUnknown`, `tooManyItems`, `tooManyRetries`.
 */
export function createApplications(means: Means): Applications {
  const { clock, newId } = means;

  const change = (
    place: Place,
    by: By,
    check: Check<Application> | undefined,
    edit: (before: Application) => Application,
  ): Promise<Application> => editItem(means, 'application', place, by, check, edit);

  const newSecret = ({ displayName = null, end }: SecretDraft): ReturnType<typeof makeSecret> => {
    const now = clock.now();
    if (displayName !== null) checkName('displayName', displayName);
    if (!(end > now)) throw invalid('endDateTime', 'it is not later than now');
    if (end - now > longestLifetime) throw invalid('endDateTime', 'it is more than a hundred years from now');
    return makeSecret({ displayName, end }, now, newId);
  };

  return {
    async create(tenantId, draft, by, secretDraft) {
      const made = secretDraft && newSecret(secretDraft);
      const application: Application = {
        id: newId(),
        enabled: true,
        roles: [],
        scopes: [],
        redirectUris: [],
        ...checked(draft),
        displayName: checkName('displayName', draft.displayName),
        secrets: made ? [made.secret] : [],
        certificates: [],
        version: 1,
      };
      await changeItem(means, 'application', { tenantId, id: application.id }, by, () => application);
      return { application, secretText: made?.text };
    },

    update: (place, edit, by, check) => change(place, by, check, (before) => ({ ...before, ...checked(edit(before)) })),

    delete: (place, by, check) => deleteItem(means, 'application', place, by, check),

    async addSecret(place, draft, by, check) {
      const { secret, text } = newSecret(draft);
      const application = await change(place, by, check, (before) => {
        const secrets = [...before.secrets, secret];
        checkCount('secrets', secrets);
        return { ...before, secrets };
      });
      return { application, secret, secretText: text };
    },

    removeSecret: (place, secretId, by, check) =>
      change(place, by, check, (before) => ({ ...before, secrets: without(before.secrets, secretId) })),

    async addCertificate(place, draft, by, check) {
      if (draft.displayName !== undefined && draft.displayName !== null) checkName('displayName', draft.displayName);
      const certificate = readCertificate(draft, clock.now(), newId);
      const application = await change(place, by, check, (before) => {
        if (before.certificates.some(({ thumbprintSha256 }) => thumbprintSha256 === certificate.thumbprintSha256)) {
          throw new GraphError('nameTaken', { values: { kind: 'certificate', name: certificate.thumbprint } });
        }
        const certificates = [...before.certificates, certificate];
        checkCount('certificates', certificates);
        return { ...before, certificates };
      });
      return { application, certificate };
    },

    removeCertificate: (place, certificateId, by, check) =>
      change(place, by, check, (before) => ({ ...before, certificates: without(before.certificates, certificateId) })),
  };
}

/** What is said, checked; what is not said is not there. */
function checked(said: Partial<ApplicationProperties>): Partial<ApplicationProperties> {
  const { displayName, enabled, roles, scopes, redirectUris } = said;
  return {
    ...(displayName !== undefined && { displayName: checkName('displayName', displayName) }),
    ...(enabled !== undefined && { enabled }),
    ...(roles && { roles: checkPermissions('roles', roles) }),
    ...(scopes && { scopes: checkPermissions('scopes', scopes) }),
    ...(redirectUris && { redirectUris: checkRedirectUris(redirectUris) }),
  };
}

function without<Item extends { readonly id: string }>(items: readonly Item[], id: string): readonly Item[] {
  if (!items.some((item) => item.id === id)) throw notFound(id);
  return items.filter((item) => item.id !== id);
}
