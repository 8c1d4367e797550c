// The request adapter and the serializers of Microsoft's generated SDK, as they come, making the calls that the test asks for.
import {
  AllowedHostsValidator,
  BaseBearerTokenAuthenticationProvider,
  type HttpMethod,
  type ModelSerializerFunction,
  type Parsable,
  type ParsableFactory,
  RequestInformation,
} from '@microsoft/kiota-abstractions';
import { createGraphBetaServiceClient, GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import {
  createDeviceConfigurationCollectionResponseFromDiscriminatorValue,
  createDeviceConfigurationFromDiscriminatorValue,
  createDeviceManagementDerivedCredentialSettingsCollectionResponseFromDiscriminatorValue,
  createDeviceManagementDerivedCredentialSettingsFromDiscriminatorValue,
  serializeDeviceManagementDerivedCredentialSettings,
  serializeIosEasEmailProfileConfiguration,
  serializeIosVpnConfiguration,
} from '@microsoft/msgraph-beta-sdk/models/index.js';
import {
  createODataErrorFromDiscriminatorValue,
  type MainError,
  type ODataError,
} from '@microsoft/msgraph-beta-sdk/models/oDataErrors/index.js';
import { answerRequests } from './client-process.js';

/** What a generated request builder would put together. */
export interface SdkCall {
  readonly method: `${HttpMethod}`;
  /** Below the service root, with the query options as a generated template has them: `{?%24filter,%24select}`. */
  readonly template: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly body?: { readonly model: keyof typeof serializers; readonly value: Parsable };
  readonly answer: keyof typeof factories | 'nothing';
}

export type SdkOutcome =
  | { readonly result: unknown }
  | {
      readonly status: number | undefined;
      readonly error: Pick<MainError, 'code' | 'message' | 'target' | 'innerError'>;
    };

const factories = {
  settings: createDeviceManagementDerivedCredentialSettingsFromDiscriminatorValue,
  settingsCollection: createDeviceManagementDerivedCredentialSettingsCollectionResponseFromDiscriminatorValue,
  profile: createDeviceConfigurationFromDiscriminatorValue,
  profileCollection: createDeviceConfigurationCollectionResponseFromDiscriminatorValue,
};
// The serializer of a base type leaves out what its derived types add, so each type's own is used.
const serializers = {
  settings: serializeDeviceManagementDerivedCredentialSettings,
  vpn: serializeIosVpnConfiguration,
  email: serializeIosEasEmailProfileConfiguration,
};
const errors = { XXX: createODataErrorFromDiscriminatorValue as ParsableFactory<Parsable> };

answerRequests<SdkCall, SdkOutcome>(({ url, token }) => {
  const hosts = new AllowedHostsValidator(new Set([new URL(url).hostname]));
  const adapter = new GraphBetaRequestAdapter(
    new BaseBearerTokenAuthenticationProvider({
      getAuthorizationToken: async (target) => (target && hosts.isUrlHostValid(target) ? token : ''),
      getAllowedHostsValidator: () => hosts,
    }),
  );
  adapter.baseUrl = `${url}/beta`;
  createGraphBetaServiceClient(adapter);

  return async ({ method, template, parameters, body, answer }) => {
    const request = new RequestInformation(method as HttpMethod, `{+baseurl}${template}`, {
      baseurl: adapter.baseUrl,
      ...parameters,
    });
    request.headers.add('Accept', 'application/json');
    if (body) {
      const serialize = serializers[body.model] as ModelSerializerFunction<Parsable>;
      request.setContentFromParsable(adapter, 'application/json', body.value, serialize);
    }
    try {
      if (answer === 'nothing') return { result: await adapter.sendNoResponseContent(request, errors) };
      const factory = factories[answer] as ParsableFactory<Parsable>;
      // What comes back may be a proxy over the SDK's store of values, which no process can send to another.
      return { result: plain(await adapter.send(request, factory, errors)) };
    } catch (thrown) {
      const { responseStatusCode: status, errorEscaped } = thrown as ODataError;
      if (!errorEscaped) throw thrown;
      return { status, error: plain(errorEscaped) as MainError };
    }
  };
});

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}
