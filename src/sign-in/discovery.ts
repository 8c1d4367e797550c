// What the endpoint publishes of itself: OpenID Connect discovery, and Entra's discovery of instances.
import { routes } from './addresses.js';
import { deviceGrant } from './clients.js';
import { SignInError } from './errors.js';

export interface Published {
  readonly origin: string;
  /** The segment that was asked, by which the endpoints go on. */
  readonly segment: string;
  readonly tenantId: string;
}

type Document = Readonly<Record<string, unknown>>;

/** OpenID Connect Discovery 1.0, section 3, with what Entra adds and MSAL looks for. */
export function discoveryDocument({ origin, segment, tenantId }: Published): Document {
  const base = `${origin}/${segment}`;
  return {
    token_endpoint: `${base}${routes.token}`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256'],
    jwks_uri: `${base}${routes.jwks}`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${origin}/${tenantId}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}${routes.authorization}`,
    device_authorization_endpoint: `${base}${routes.device_authorization}`,
    end_session_endpoint: `${base}${routes.end_session}`,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'name', 'preferred_username', 'oid', 'tid', 'ver'],
    ...instanceMembers(origin),
  };
}

/** The same for those who know v1 alone: its issuer is that of the access tokens. */
export function discoveryDocumentV1(published: Published): Document {
  const { origin, segment, tenantId } = published;
  return {
    ...discoveryDocument(published),
    issuer: `https://sts.windows.net/${tenantId}/`,
    token_endpoint: `${origin}/${segment}/oauth2/token`,
    jwks_uri: `${origin}/${segment}/discovery/keys`,
  };
}

function instanceMembers(origin: string): Document {
  const { host } = new URL(origin);
  return { tenant_region_scope: null, cloud_instance_name: host, cloud_graph_host_name: host, msgraph_host: host };
}

/**
 * Tells a client that a host is one whose tokens belong together. Refuses (`instanceUnknown`) an authorization endpoint that
 * is not here.
 */
export function instanceDocument(query: string, origin: string): Document {
  const asked = new URLSearchParams(query).get('authorization_endpoint') ?? '';
  const endpoint = URL.canParse(asked) ? new URL(asked) : undefined;
  const [, segment = ''] = endpoint?.pathname.split('/') ?? [];
  const isOurs = endpoint?.origin === origin && /^[\w.-]{1,253}$/.test(segment);
  if (!isOurs) throw new SignInError('instanceUnknown');
  const { host } = new URL(origin);
  return {
    tenant_discovery_endpoint: `${origin}/${segment}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
