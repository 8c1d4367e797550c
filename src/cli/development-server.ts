// Asking a running server in development mode for what is below `/development`.
import { type Command, InvalidArgumentError } from 'commander';
import { reasonOf } from '../base/index.js';
import { settings } from '../config/index.js';
import { findAddress } from '../development/index.js';

export interface ServerOptions {
  readonly data: string;
  readonly url?: string;
  readonly token?: string;
}

/** Adds the options that say which server is meant. */
export function addServerOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'the data folder of the server', settings.data.default)
    .option('--url <origin>', "the server's origin, where its folder is not at hand", origin)
    .option('--token <token>', 'a token of the development tenant, for a server on another machine or in a container')
    .allowExcessArguments(false);
}

/** The body of the answer; undefined where there is none. Fails with a sentence where the server refuses, or is not there. */
export async function askServer(
  { data, url: given, token }: ServerOptions,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const url = given ?? (await originOf(data));
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

/** Of the server that runs on the folder. Refuses (Error) where none does: whatever else listens here is not meant. */
async function originOf(data: string): Promise<string> {
  const found = await findAddress(data);
  if (found !== undefined) return found.replace('//0.0.0.0', '//localhost').replace('//[::]', '//localhost');
  throw new Error(
    `No development server runs on the data folder '${data}'. Another folder: --data; a server by its address: --url.`,
  );
}

function origin(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).origin;
  throw new InvalidArgumentError('It must be an origin such as http://localhost:8080.');
}
