// The library: the same server, inside another program or a test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeSettings, type ServerSettings } from './config/index.js';
import { openServer, type Server } from './server.js';

export { type ServerSettings, SettingsError } from './config/index.js';
export type { Development, TokenRequest } from './development/index.js';
export type { Server } from './server.js';

/**
 * Starts a server. Unless told otherwise it is in development mode, on free ports of loopback, with a store in a
 * temporary folder that `close()` removes. Refuses (SettingsError) settings that do not go together.
 */
export async function createServer(options: Partial<ServerSettings> = {}): Promise<Server> {
  const temporary = options.data === undefined ? await mkdtemp(join(tmpdir(), 'offshoot-')) : undefined;
  const remove = async (): Promise<void> => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  try {
    const data = options.data ?? temporary;
    const server = await openServer(completeSettings({ dev: true, ...freePorts(options), ...options, data }));
    return { ...server, close: () => server.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A free port for each listener that there will be. */
function freePorts({ plainHttp, tlsCert }: Partial<ServerSettings>): Partial<ServerSettings> {
  return { ...(!plainHttp && { port: 0 }), ...(tlsCert === undefined && { httpPort: 0 }) };
}
