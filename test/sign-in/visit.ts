// A program that asks a user to sign in, and what it and its attackers ask of the pages and the token endpoint.
import { createHash, randomBytes } from 'node:crypto';
import type { ServerSettings } from '../../src/index.js';
import type { User } from '../../src/plan/index.js';
import type { Answer } from '../support.js';
import { Browser, type Shown, signIn } from './browser.js';
import { configurationWrite, type Ground, type MadeApplication, openGround, password } from './ground.js';

export const tokenPath = '/oauth2/v2.0/token';
export const web = 'https://app.example.org/back';
export const native = 'http://localhost/back';

type Parameters = Readonly<Record<string, string | undefined>>;

export interface Visit {
  readonly ground: Ground;
  readonly made: MadeApplication;
  readonly user: User;
  /** The address where the sign-in begins, with these parameters for the usual ones; undefined leaves one out. */
  authorize(more?: Parameters): string;
  open(url: string): Promise<Shown>;
  /** Signs the user in, up to what leads back to the program. */
  begin(browser?: Browser): Promise<Shown>;
  redeem(code: string, more?: Parameters): Promise<Answer>;
  refresh(token: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function openVisit(settings: Partial<ServerSettings> = {}): Promise<Visit> {
  const ground = await openGround(settings);
  const origin = settings.publicUrl ?? ground.origin;
  const { host } = new URL(origin);
  const newBrowser = (): Browser => new Browser(origin, undefined, ground.origin);
  const made = await ground.application({ displayName: '<script>alert(1)</script>', redirectUris: [web, native] });
  const user = await ground.user();
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const authorize: Visit['authorize'] = (more = {}) => {
    const query = new URLSearchParams(
      given({
        client_id: made.application.id,
        response_type: 'code',
        redirect_uri: native,
        scope: `openid offline_access ${configurationWrite}`,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        state: 'state',
        ...more,
      }),
    );
    return `${origin}/${ground.tenantId}/oauth2/v2.0/authorize?${query}`;
  };
  return {
    ground,
    made,
    user,
    authorize,
    open: (url) => newBrowser().open(url),
    begin: async (browser = newBrowser()) =>
      signIn(browser, await browser.visit(authorize()), user.userPrincipalName, password),
    redeem: (code, more = {}) => {
      const form = given({
        grant_type: 'authorization_code',
        client_id: made.application.id,
        code,
        redirect_uri: native,
        code_verifier: verifier,
        ...more,
      });
      return ground.post(tokenPath, form, { host });
    },
    refresh: (token) =>
      ground.post(
        tokenPath,
        { grant_type: 'refresh_token', client_id: made.application.id, refresh_token: token },
        { host },
      ),
    close: () => ground.close(),
  };
}

export const codeOf = ({ location }: Shown): string => new URL(location ?? '').searchParams.get('code') ?? '';
export const codesOf = ({ status, json }: Answer) => [status, json.error_codes];

function given(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
