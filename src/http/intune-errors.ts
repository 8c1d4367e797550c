// Errors as Intune's own services word them: a JSON text inside `error.message`, for those who test their parsing.
import type { GraphError, RefusalName } from '../base/index.js';
import type { RequestIds } from './request-head.js';

/** What Graph's gateway refuses before Intune hears of it; these errors nest nothing. */
const gateway: ReadonlySet<RefusalName> = new Set([
  'hostNotAllowed',
  'malformedUrl',
  'invalidVersion',
  'onlyInBeta',
  'segmentNotFound',
  'malformedKey',
  'malformedHeader',
  'malformedRequest',
  'personalAccount',
  'batchInvalid',
  'batchTooLarge',
  'groupOfTenants',
]);
/** Statuses of the gateway, whatever the reason. */
const gatewayStatuses: ReadonlySet<number> = new Set([
  401, 405, 406, 408, 413, 415, 417, 424, 429, 431, 500, 501, 502, 503, 504, 507, 509,
]);

/** What stands in `error` in place of the code and the message; undefined for an error of the gateway. */
export function nestedError(
  error: GraphError,
  ids: RequestIds,
  path: string,
): { readonly code: string; readonly message: string } | undefined {
  if (gateway.has(error.refusal) || gatewayStatuses.has(error.status)) return undefined;
  const inner = intuneMessage(error.message, ids, path);
  if (error.refusal !== 'tenantNotLicensed') return { code: error.code, message: inner };
  // Without a licence the answer comes from one service further down, and is nested twice.
  const outer = {
    ErrorCode: 'Forbidden',
    Message: inner,
    Target: null,
    Details: null,
    InnerError: null,
    InstanceAnnotations: [],
  };
  return { code: 'UnknownError', message: JSON.stringify(outer) };
}

/** Two spaces of indentation and CRLF, as it comes from Intune. */
function intuneMessage(text: string, { clientRequestId }: RequestIds, path: string): string {
  const fields = {
    _version: 3,
    Message: [
      text,
      'Operation ID (for customer support): 00000000-0000-0000-0000-000000000000',
      `Activity ID: ${clientRequestId}`,
      `Url: ${serviceUrl(path)}`,
    ].join(' - '),
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: '{}',
  };
  return JSON.stringify(fields, null, 2).replaceAll('\n', '\r\n');
}

/** The form of the URL behind Intune's gateway; the host is one that cannot exist. */
function serviceUrl(path: string): string {
  const [resource = ''] = path.split(/[?#]/, 1);
  const below = resource.replace(/^\/beta\/?/i, '/').slice(0, 512);
  const escaped = below.replace(/[('")]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const service = 'https://fef.offshoot.invalid/DeviceConfiguration_2601/StatelessDeviceConfigurationFEService';
  return `${service}${escaped}?api-version=5022-02-22`;
}
