// Every refusal that Offshoot can answer with: its status, Graph's code and the text, in one table.

import { type Refusal, simulatedRefusals } from './simulated-refusals.js';

/**
 * The table. A key names the refusal inside the program and in docs/errors.md; it is never sent.
 * Texts follow Graph's own where they are known.
 */
export const refusals = {
  // 400: the request as such
  hostNotAllowed: { status: 400, code: 'BadRequest', message: "The host '{host}' is not served here." },
  malformedUrl: { status: 400, code: 'BadRequest', message: 'The request URL is malformed: {reason}.' },
  invalidVersion: { status: 400, code: 'BadRequest', message: 'Invalid version.' },
  onlyInBeta: {
    status: 400,
    code: 'BadRequest',
    message: "Resource not found for the segment '{segment}'. It exists in /beta alone.",
  },
  segmentNotFound: { status: 400, code: 'BadRequest', message: "Resource not found for the segment '{segment}'." },
  malformedKey: { status: 400, code: 'BadRequest', message: "The key '{key}' is malformed: {reason}." },
  unknownType: {
    status: 400,
    code: 'BadRequest',
    message: "A type named '{type}' could not be resolved by the model.",
  },
  castNotDerived: {
    status: 400,
    code: 'BadRequest',
    message: "The type '{type}' is not derived from '{declared}', so the cast can never succeed.",
  },
  parameterMissing: {
    status: 400,
    code: 'BadRequest',
    message: "The parameter '{parameter}' of the function '{function}' is missing.",
  },
  parameterUnknown: {
    status: 400,
    code: 'BadRequest',
    message: "The function '{function}' has no parameter '{parameter}'.",
  },
  parameterInvalid: {
    status: 400,
    code: 'BadRequest',
    message: "The parameter '{parameter}' of the function '{function}' is not a text in single quotes, given once.",
  },
  delegatedOnly: {
    status: 400,
    code: 'BadRequest',
    message: '/me request is only valid with delegated authentication flow.',
  },
  malformedHeader: { status: 400, code: 'BadRequest', message: "The header '{header}' is malformed: {reason}." },
  batchInvalid: {
    status: 400,
    code: 'BadRequest',
    message: "Invalid batch payload format: '{place}' is wrong: {reason}.",
  },
  batchTooLarge: {
    status: 400,
    code: 'BadRequest',
    message: 'Number of batch request steps exceeds the maximum value of {limit}.',
  },
  groupOfTenants: {
    status: 400,
    code: 'BadRequest',
    message: 'The requests of an atomicity group must be of one tenant.',
  },
  malformedRequest: { status: 400, code: 'BadRequest', message: 'The request is not well-formed HTTP: {reason}.' },
  versionNotSupported: {
    status: 400,
    code: 'BadRequest',
    message: "The {header} '{value}' is not supported; this service speaks OData 4.0, to clients of 4.01 too.",
  },
  headerNotSupported: {
    status: 501,
    code: 'NotImplemented',
    message: "The header '{header}' is not supported on a {method} that creates.",
  },

  // 400: query options
  optionUnknown: {
    status: 400,
    code: 'BadRequest',
    message: "The query option '{option}' is not an OData query option.",
  },
  optionNotSupported: {
    status: 501,
    code: 'NotImplemented',
    message: "The query option '{option}' is not supported on this resource.",
  },
  optionRepeated: {
    status: 400,
    code: 'BadRequest',
    message: "The query option '{option}' must not be given more than once.",
  },
  optionInvalid: {
    status: 400,
    code: 'BadRequest',
    message: "The value of the query option '{option}' is invalid: {reason}.",
  },
  nextLinkTooLong: {
    status: 400,
    code: 'BadRequest',
    message:
      'The link to the next page would be too long to be followed: its limit is {limit} bytes beside the headers of this request. Ask by a shorter URL, or order by shorter values.',
  },
  filterInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid {clause} clause: {reason} at position {position}.',
  },
  filterTooDeep: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid {clause} clause: it is nested deeper than the limit of {limit}.',
  },
  filterTooLarge: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid {clause} clause: it has more than the limit of {limit} nodes.',
  },
  filterListTooLong: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid {clause} clause: its lists have more than the limit of {limit} items.',
  },
  filterTooIntricate: {
    status: 400,
    code: 'BadRequest',
    message:
      'The query nests functions, paths, lambdas and sums deeper than the store can follow: its limit is {limit} steps, of which it would take {steps}.',
  },
  valueOutOfRange: {
    status: 400,
    code: 'BadRequest',
    message: 'The query computes a number or an instant that is out of range.',
  },
  filterNotSupported: {
    status: 501,
    code: 'NotImplemented',
    message: "'{feature}' is not supported in the {clause} clause.",
  },
  propertyNotFound: {
    status: 400,
    code: 'BadRequest',
    message: "Could not find a property named '{property}' on type '{type}'.{hint}",
  },

  // 400: bodies
  bodyEmpty: { status: 400, code: 'BadRequest', message: 'Empty Payload. JSON content expected.' },
  bodyNotAllowed: { status: 400, code: 'BadRequest', message: 'A request of this method must not have a body.' },
  bodyNotJson: { status: 400, code: 'BadRequest', message: 'Unable to read JSON request payload: {reason}.' },
  bodyNotObject: {
    status: 400,
    code: 'BadRequest',
    message: 'Unable to read JSON request payload: an object is expected, not {found}.',
  },
  duplicateKey: {
    status: 400,
    code: 'BadRequest',
    message: "Unable to read JSON request payload: the name '{name}' occurs more than once in an object.",
  },
  forbiddenKey: {
    status: 400,
    code: 'BadRequest',
    message: "Unable to read JSON request payload: the name '{name}' is not allowed.",
  },
  unknownProperty: {
    status: 400,
    code: 'BadRequest',
    message: "The property '{property}' does not exist on type '{type}'.{hint}",
  },
  wrongType: {
    status: 400,
    code: 'BadRequest',
    message: "The property '{property}' must be {expected}, not {found}.",
  },
  unknownMember: {
    status: 400,
    code: 'BadRequest',
    message: "'{value}' is not a member of '{type}', which the property '{property}' takes: {members}.{hint}",
  },
  flagsCombination: {
    status: 400,
    code: 'BadRequest',
    message: "The value '{value}' of the property '{property}' is invalid: '{member}' stands alone.",
  },
  notNullable: { status: 400, code: 'BadRequest', message: "The property '{property}' cannot be null." },
  requiredProperty: { status: 400, code: 'BadRequest', message: "The property '{property}' is required." },
  forbiddenCharacter: {
    status: 400,
    code: 'BadRequest',
    message: "The property '{property}' has the character U+0000, which no store keeps.",
  },
  tooLong: {
    status: 400,
    code: 'BadRequest',
    message: "The property '{property}' is longer than its limit of {limit} characters.",
  },
  tooManyItems: {
    status: 400,
    code: 'BadRequest',
    message: "The property '{property}' has more than its limit of {limit} items.",
  },
  foreignType: {
    status: 400,
    code: 'BadRequest',
    message: "The type '{type}' given as @odata.type is not '{expected}' and not derived from it.",
  },
  typeRequired: {
    status: 400,
    code: 'BadRequest',
    message: "'{type}' is abstract: @odata.type must name the type to create.",
  },
  abstractType: { status: 400, code: 'BadRequest', message: "The type '{type}' is abstract and cannot be created." },
  typeChange: {
    status: 400,
    code: 'BadRequest',
    message: "The object is of type '{actual}'; an update cannot make it '{type}'.",
  },
  idChange: { status: 400, code: 'BadRequest', message: "The property 'id' cannot be changed by an update." },
  bindMalformed: {
    status: 400,
    code: 'BadRequest',
    message: "'{property}' must be the URL of an entity, not {found}.",
  },
  bindForeign: {
    status: 400,
    code: 'BadRequest',
    message: "'{property}' names the host '{host}', which is neither this server nor one of Graph's.",
  },
  bindWrongTarget: {
    status: 400,
    code: 'BadRequest',
    message: "'{property}' must name an entity of type '{expected}', which '{url}' does not.",
  },
  bindNotFound: {
    status: 400,
    code: 'BadRequest',
    message: "'{property}' names '{url}', which does not exist.",
  },
  linkRequired: {
    status: 400,
    code: 'BadRequest',
    message: "Which link to remove must be said: $id with the entity's URL, or the entity's key before $ref.",
  },
  sameTarget: {
    status: 400,
    code: 'BadRequest',
    message: "More than one assignment is for the target '{target}'. A target is included or excluded, and once.",
  },
  targetChange: {
    status: 400,
    code: 'BadRequest',
    message: "An update cannot give the assignment '{id}' another target.",
  },
  referenceInBody: {
    status: 400,
    code: 'BadRequest',
    message:
      "The navigation property '{property}' cannot be written as a value; use '{property}@odata.bind' or {property}/$ref.",
  },
  containedInBody: {
    status: 400,
    code: 'BadRequest',
    message:
      "The navigation property '{property}' cannot be written as a value; what it leads to is read and written by its own URL, …/{property}.",
  },

  // 400: the directory
  valueInvalid: { status: 400, code: 'BadRequest', message: "The property '{property}' is invalid: {reason}." },
  permissionUnknown: {
    status: 400,
    code: 'BadRequest',
    message: "The property '{property}' has '{permission}', which is no permission of this server.{hint}",
  },

  // 400: rules of the domain
  thresholdOutOfRange: {
    status: 400,
    code: 'BadRequest',
    message: "The property 'renewalThresholdPercentage' must be from 1 to 99, not {value}.",
  },
  helpUrlNotHttp: {
    status: 400,
    code: 'BadRequest',
    message: "The property 'helpUrl' must be an absolute http or https URL, or null.",
  },
  derivedCredentialNeedsEap: {
    status: 400,
    code: 'BadRequest',
    message: "The authentication method 'derivedCredential' needs eapType eapTls, eapTtls or peap, not {eapType}.",
  },

  // 400 to 409: what development mode brings, below /development
  snapshotName: {
    status: 400,
    code: 'BadRequest',
    message:
      'The name of a snapshot must be 1 to 64 of the characters A to Z, a to z, 0 to 9, point, hyphen and underscore, the first a letter or digit.',
  },
  simulationInvalid: {
    status: 400,
    code: 'BadRequest',
    message: "The value of '{place}' in the simulation is invalid: {reason}.",
  },
  otherOrigin: {
    status: 403,
    code: 'Forbidden',
    message: 'What development mode brings is not for pages of other origins.',
  },
  otherTenant: {
    status: 403,
    code: 'Forbidden',
    message: 'What development mode brings is for the development tenant alone.',
  },
  snapshotNotFound: { status: 404, code: 'ResourceNotFound', message: "There is no snapshot '{name}'." },
  snapshotExists: {
    status: 409,
    code: 'Conflict',
    message: 'There is a snapshot \'{name}\' already. To take it anew, say "replace": true.',
  },
  snapshotInitial: {
    status: 409,
    code: 'Conflict',
    message: "The snapshot 'initial' is what a reset goes back to: it is neither replaced nor removed.",
  },

  // 401
  tokenMissing: { status: 401, code: 'InvalidAuthenticationToken', message: 'Access token is empty.' },
  tokenMalformed: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'IDX14100: JWT is not well formed, or the Authorization header is not a single bearer token.',
  },
  tokenExpired: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Lifetime validation failed, the token is expired.',
  },
  tokenNotYetValid: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Lifetime validation failed, the token is not yet valid.',
  },
  tokenAudience: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid audience.',
  },
  tokenIssuer: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid issuer.',
  },
  tokenSignature: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The signature is invalid.',
  },
  tokenAlgorithm: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The signing algorithm is not allowed.',
  },
  tokenKey: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Signing key is invalid.',
  },
  tokenClaims: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: "Access token validation failure. The claim '{claim}' is missing or malformed.",
  },
  tokenNotAccess: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The token is not an access token for bearers.',
  },
  tokenTenant: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The issuer does not speak for the tenant.',
  },
  tenantUnknown: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The tenant is not known here.',
  },
  applicationDisabled: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The application is disabled, or gone.',
  },
  userDisabled: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. The account of the user is disabled, or gone.',
  },

  // 403
  personalAccount: {
    status: 403,
    code: 'Forbidden',
    message: 'Personal Microsoft accounts are not supported by this API.',
  },
  permissionMissing: {
    status: 403,
    code: 'Forbidden',
    message:
      '{subject} is not authorized to perform this operation. {subject} must have one of the following scopes: {permissions}',
  },
  noApplicationPermission: {
    status: 403,
    code: 'Forbidden',
    message:
      'The operation was called in app only context but does not have application permissions configured. Application must have one of the following scopes: {permissions}',
  },
  tenantNotLicensed: {
    status: 403,
    code: 'Forbidden',
    message: 'The tenant has no active Intune license ({license}).',
  },

  notAdministrator: {
    status: 403,
    code: 'Forbidden',
    message: 'The tenant of the token does not administer this server.',
  },
  plainHttpRefused: {
    status: 403,
    code: 'Forbidden',
    message: 'Beyond this machine the server is administered by https alone.',
  },

  // 404: each for its own reason
  entityNotFound: { status: 404, code: 'ResourceNotFound', message: "Resource '{id}' does not exist." },
  castMismatch: {
    status: 404,
    code: 'ResourceNotFound',
    message: "Resource '{id}' is of type '{actual}', not '{type}'.",
  },
  navigationNotOnType: {
    status: 404,
    code: 'ResourceNotFound',
    message: "Resource '{id}' is of type '{actual}', which has no navigation property '{property}'.",
  },
  notBound: {
    status: 404,
    code: 'ResourceNotFound',
    message: "Resource '{id}' is not bound to anything by '{property}'.",
  },
  valueNotFound: {
    status: 404,
    code: 'ResourceNotFound',
    message: "The property '{property}' has no value of that type to look into.",
  },

  // the other 4xx
  methodNotAllowed: {
    status: 405,
    code: 'MethodNotAllowed',
    message: "The method '{method}' is not allowed on this resource. Allowed: {allow}.",
  },
  notAcceptable: {
    status: 406,
    code: 'NotAcceptable',
    message: "None of the media types in {name} '{accept}' can be produced; this resource is {produced}.",
  },
  requestTimeout: {
    status: 408,
    code: 'RequestTimeout',
    message: 'The request did not arrive in time.',
  },
  settingsExist: {
    status: 409,
    code: 'Conflict',
    message: "The tenant already has derived credential settings, '{id}'. A tenant has one at a time.",
  },
  profileInUse: {
    status: 409,
    code: 'Conflict',
    message: "The profile '{id}' cannot be deleted while others refer to it: {referrers}.",
  },
  assignmentExists: {
    status: 409,
    code: 'Conflict',
    message: "The profile already has the assignment '{id}'. A target is included or excluded, and once.",
  },
  nameTaken: { status: 409, code: 'Conflict', message: "There is a {kind} '{name}' already." },
  preconditionFailed: {
    status: 412,
    code: 'PreconditionFailed',
    message: 'The object has changed since the version that If-Match names.',
  },
  preconditionExcludes: {
    status: 412,
    code: 'PreconditionFailed',
    message: 'The object exists, in a version that If-None-Match excludes.',
  },
  bodyTooLarge: {
    status: 413,
    code: 'RequestEntityTooLarge',
    message: 'The request body is larger than the limit of {limit} bytes.',
  },
  unsupportedMediaType: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: "The {header} '{value}' is not supported; send application/json in UTF-8, not compressed.",
  },
  dependencyFailed: {
    status: 424,
    code: 'FailedDependency',
    message: "The request '{id}' was not carried out, since '{dependency}', on which it depends, failed.",
  },
  groupFailed: {
    status: 424,
    code: 'FailedDependency',
    message: "The request '{id}' was not carried out, since '{failed}' of its atomicity group '{group}' failed.",
  },
  expectationFailed: {
    status: 417,
    code: 'ExpectationFailed',
    message: "The expectation '{expectation}' cannot be met; 100-continue alone is known here.",
  },
  tooManyRequests: { status: 429, code: 'TooManyRequests', message: 'Please retry again later.' },
  headTooLarge: {
    status: 431,
    code: 'RequestHeaderFieldsTooLarge',
    message: 'The URL and the headers of the request are larger than the limit of {limit} bytes.',
  },

  // 5xx
  groupNotSupported: {
    status: 501,
    code: 'NotImplemented',
    message: "A request that looks for '{set}' cannot stand behind a change of these in an atomicity group.",
  },
  internalError: {
    status: 500,
    code: 'InternalServerError',
    message: 'An error occurred while the request was processed. The request id names it in the log.',
  },
  keysUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: "The signing keys of the token's issuer are out of reach at the moment. Try again.",
  },
  storageUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message:
      'The storage cannot be used at the moment. A change was made if there is an audit event with the id of this request, else not. Try again.',
  },
  overloaded: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'There is more to do at the moment than this server can. Try again.',
  },
  tooManyRetries: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The object changed too often while the request was processed. Try again.',
  },

  ...simulatedRefusals,
} as const satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof refusals;
