// Microsoft's identity libraries, as they come, getting the tokens that the test asks for, and updating with them.
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  type TokenCredential,
} from '@azure/identity';
import {
  type AccountInfo,
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
} from '@azure/msal-node';
import { answerRequests } from './client-process.js';

/** What every request tells of where to go. */
interface Where {
  readonly tenantId: string;
  readonly clientId: string;
  readonly settingsId: string;
}

export type Ask = Where &
  (
    | { readonly kind: 'secretCredential'; readonly secret: string }
    | { readonly kind: 'certificateCredential'; readonly certificatePath: string }
    | { readonly kind: 'deviceCodeCredential' }
    | { readonly kind: 'deviceCodeCredentialEnd' }
    | { readonly kind: 'msalSecret'; readonly secret: string }
    | { readonly kind: 'msalCertificate'; readonly thumbprintSha256: string; readonly privateKey: string }
    | { readonly kind: 'msalCodeUrl'; readonly redirectUri: string; readonly scopes: readonly string[] }
    | { readonly kind: 'msalCode'; readonly code: string; readonly scopes: readonly string[] }
    | { readonly kind: 'msalSilent'; readonly scopes: readonly string[]; readonly forceRefresh: boolean }
    | { readonly kind: 'msalDeviceCode'; readonly scopes: readonly string[] }
    | { readonly kind: 'msalDeviceCodeEnd' }
  );

export interface Told {
  /** The status of an update with the token. */
  readonly status?: number;
  readonly token?: string;
  readonly account?: string | undefined;
  readonly scopes?: readonly string[];
  readonly fromCache?: boolean;
  readonly url?: string;
  readonly userCode?: string;
  readonly error?: string;
}

answerRequests<Ask, Told>(({ url }) => {
  const scope = 'https://graph.microsoft.com/.default';
  const cryptography = new CryptoProvider();
  let deviceCode: Promise<Told> | undefined;
  let client: PublicClientApplication | undefined;
  let account: AccountInfo | null | undefined;
  let pending: { readonly verifier: string; readonly redirectUri: string; readonly nonce: string } | undefined;

  const update = async ({ settingsId }: Where, token: string): Promise<Told> => {
    const response = await fetch(`${url}/beta/deviceManagement/derivedCredentials/${settingsId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ displayName: `Updated ${token.slice(-12)}` }),
    });
    return { status: response.status, token };
  };
  const byCredential = async (ask: Where, credential: TokenCredential): Promise<Told> => {
    const { token } = (await credential.getToken(scope)) ?? { token: '' };
    return update(ask, token);
  };
  const byResult = async (ask: Where, result: AuthenticationResult | null): Promise<Told> => {
    if (!result) return { error: 'no result' };
    account = result.account;
    const { scopes, fromCache } = result;
    return { ...(await update(ask, result.accessToken)), scopes, fromCache, account: result.account?.username };
  };
  const authOf = ({ tenantId, clientId }: Where) => ({
    clientId,
    authority: `${url}/${tenantId}`,
    knownAuthorities: [new URL(url).host],
  });
  const confidential = (ask: Where, proof: object) =>
    new ConfidentialClientApplication({ auth: { ...authOf(ask), ...proof } });

  const answer = async (ask: Ask): Promise<Told> => {
    const { tenantId, clientId } = ask;
    const options = { authorityHost: url, disableInstanceDiscovery: true };
    switch (ask.kind) {
      case 'secretCredential':
        return byCredential(ask, new ClientSecretCredential(tenantId, clientId, ask.secret, options));
      case 'certificateCredential': {
        const { certificatePath } = ask;
        return byCredential(ask, new ClientCertificateCredential(tenantId, clientId, { certificatePath }, options));
      }
      case 'deviceCodeCredential':
        return new Promise((resolve, reject) => {
          const credential = new DeviceCodeCredential({
            tenantId,
            clientId,
            ...options,
            userPromptCallback: ({ userCode, verificationUri }) => resolve({ userCode, url: verificationUri }),
          });
          deviceCode = byCredential(ask, credential);
          deviceCode.catch(reject);
        });
      case 'msalDeviceCode':
        client = new PublicClientApplication({ auth: authOf(ask) });
        return new Promise((resolve, reject) => {
          const request = {
            scopes: [...ask.scopes],
            deviceCodeCallback: (told: { userCode: string; verificationUri: string }) =>
              resolve({ userCode: told.userCode, url: told.verificationUri }),
          };
          deviceCode = client?.acquireTokenByDeviceCode(request).then((result) => byResult(ask, result));
          deviceCode?.catch(reject);
        });
      case 'deviceCodeCredentialEnd':
      case 'msalDeviceCodeEnd':
        return (await deviceCode) ?? { error: 'none was asked for' };
      case 'msalSecret': {
        const app = confidential(ask, { clientSecret: ask.secret });
        return byResult(ask, await app.acquireTokenByClientCredential({ scopes: [scope] }));
      }
      case 'msalCertificate': {
        const { thumbprintSha256, privateKey } = ask;
        const app = confidential(ask, { clientCertificate: { thumbprintSha256, privateKey } });
        // The assertion is the same both times.
        await app.acquireTokenByClientCredential({ scopes: [scope] });
        return byResult(ask, await app.acquireTokenByClientCredential({ scopes: [scope], skipCache: true }));
      }
      case 'msalCodeUrl': {
        client = new PublicClientApplication({ auth: authOf(ask) });
        const { verifier, challenge } = await cryptography.generatePkceCodes();
        pending = { verifier, redirectUri: ask.redirectUri, nonce: cryptography.createNewGuid() };
        const address = await client.getAuthCodeUrl({
          scopes: [...ask.scopes],
          redirectUri: ask.redirectUri,
          codeChallenge: challenge,
          codeChallengeMethod: 'S256',
          nonce: pending.nonce,
          state: 'of the test',
        });
        return { url: address };
      }
      case 'msalCode': {
        if (!client || !pending) return { error: 'no code was asked for' };
        const { verifier, redirectUri, nonce } = pending;
        const scopes = [...ask.scopes];
        return byResult(
          ask,
          await client.acquireTokenByCode({ code: ask.code, scopes, redirectUri, codeVerifier: verifier, nonce }),
        );
      }
      case 'msalSilent': {
        if (!client || !account) return { error: 'nobody has signed in' };
        const { scopes, forceRefresh } = ask;
        return byResult(ask, await client.acquireTokenSilent({ account, scopes: [...scopes], forceRefresh }));
      }
    }
  };
  return async (ask) => {
    try {
      return await answer(ask);
    } catch (error) {
      return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  };
});
