// Asking a running server in development mode for what is below `/development`.
import { type Command, InvalidArgumentError } from 'commander';
import { reasonOf } from '../base/index.js';
import { gatherSettings, SettingsError, settings } from '../config/index.js';

export interface ServerOptions {
  readonly url?: string;
  readonly token?: string;
}

/** Adds the options that say which server is meant. */
export function addServerOptions(command: Command): Command {
  return command
    .option(
      '--url <origin>',
      "the server's origin (default: on this machine, by http, the port that this folder's settings file or the environment says, else 8080)",
      origin,
    )
    .option('--token <token>', 'a token of the development tenant, for a server on another machine or in a container')
    .allowExcessArguments(false);
}

/** The body of the answer; undefined where there is none. Fails with a sentence where the server refuses, or is not there. */
export async function askServer(
  { url = usualOrigin(), token }: ServerOptions,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await send(`${url}/development/${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read = readJson(text);
  if (answer.ok) return read;
  const { error } = (read ?? {}) as { error?: { message?: string; target?: string } };
  if (answer.status === 401) {
    throw new Error(`${url} asks for a token of its development tenant (--token), or is not in development mode.`);
  }
  const place = error?.target === undefined ? '' : ` (${error.target})`;
  throw new Error(`${url} refuses it: ${error?.message ?? `status ${answer.status}`}${place}`);
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, redirect: 'error' });
  } catch (error) {
    const reason = reasonOf((error as Error).cause ?? error);
    throw new Error(`There is no server at ${new URL(url).origin} (${reason}). Another one: --url.`);
  }
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a server with the settings of this folder and environment listens without TLS; options that it was given are not known here. */
function usualOrigin(): string {
  const { values } = gatherSettings({ flags: {}, environment: process.env });
  const { host = settings.host.default, httpPort = settings.httpPort.default } = values;
  if (httpPort === 0) throw new SettingsError('the server picks a free port: give its origin with --url');
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${httpPort}`;
}

function origin(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).origin;
  throw new InvalidArgumentError('It must be an origin such as http://localhost:8080.');
}
