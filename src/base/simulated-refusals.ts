// The refusals that development mode answers where a rule of the simulation says so, as part of the one table.

export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  /** `error.code` on the wire. */
  readonly code: string;
  /** `error.message` on the wire; `{name}` is replaced by the value of that name. */
  readonly message: string;
}

export const simulatedRefusals = {
  simulatedBadRequest: { status: 400, code: 'BadRequest', message: 'The request is malformed or incorrect.' },
  simulatedUnauthorized: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure.',
  },
  simulatedPaymentRequired: {
    status: 402,
    code: 'PaymentRequired',
    message: 'The payment requirements of the API are not met.',
  },
  simulatedForbidden: { status: 403, code: 'Forbidden', message: 'Access to the resource is denied.' },
  simulatedNotFound: { status: 404, code: 'ResourceNotFound', message: 'The resource does not exist.' },
  simulatedMethodNotAllowed: {
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The method is not allowed on this resource.',
  },
  simulatedNotAcceptable: {
    status: 406,
    code: 'NotAcceptable',
    message: 'The requested media type cannot be produced.',
  },
  simulatedConflict: {
    status: 409,
    code: 'Conflict',
    message: 'The state of the resource conflicts with what the request expects.',
  },
  simulatedGone: { status: 410, code: 'Gone', message: 'The resource is no longer there.' },
  simulatedLengthRequired: { status: 411, code: 'LengthRequired', message: 'The request needs a Content-Length.' },
  simulatedPreconditionFailed: {
    status: 412,
    code: 'PreconditionFailed',
    message: 'A precondition of the request does not hold.',
  },
  simulatedRequestTooLarge: {
    status: 413,
    code: 'RequestEntityTooLarge',
    message: 'The request is larger than it may be.',
  },
  simulatedUnsupportedMediaType: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: 'The media type of the request is not supported.',
  },
  simulatedRangeNotSatisfiable: { status: 416, code: 'InvalidRange', message: 'The requested range is not available.' },
  simulatedUnprocessable: {
    status: 422,
    code: 'UnprocessableEntity',
    message: 'The request makes no sense and cannot be processed.',
  },
  simulatedLocked: { status: 423, code: 'Locked', message: 'The resource is locked.' },
  simulatedTooManyRequests: { status: 429, code: 'TooManyRequests', message: 'Please retry again later.' },
  simulatedInternalError: {
    status: 500,
    code: 'InternalServerError',
    message: 'An internal error occurred while the request was processed.',
  },
  simulatedNotImplemented: { status: 501, code: 'NotImplemented', message: 'The feature is not implemented.' },
  simulatedBadGateway: { status: 502, code: 'BadGateway', message: 'A server behind this one gave no valid answer.' },
  simulatedUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The service is unavailable at the moment. Try again.',
  },
  simulatedGatewayTimeout: {
    status: 504,
    code: 'GatewayTimeout',
    message: 'A server behind this one did not answer in time.',
  },
  simulatedInsufficientStorage: {
    status: 507,
    code: 'InsufficientStorage',
    message: 'The quota of storage is used up.',
  },
  simulatedBandwidthExceeded: {
    status: 509,
    code: 'BandwidthLimitExceeded',
    message: 'The bandwidth that the application may use is exceeded.',
  },
} as const satisfies Record<string, Refusal>;
