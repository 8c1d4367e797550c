// A PostgreSQL primary with a synchronous replica under Patroni, behind HAProxy, all on loopback, from Debian's packages.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../postgresql.js';

const packages = ['patroni', 'etcd-server', 'haproxy', 'postgresql'];
const binaries = ['/usr/bin/patroni', '/usr/bin/etcd', '/usr/sbin/haproxy', '/usr/lib/postgresql'];
const members = ['one', 'two'] as const;
type Member = (typeof members)[number];

export interface Cluster {
  /** By HAProxy, which leads to whoever is the primary. */
  readonly url: string;
  leader(): Promise<Member>;
  /** Lets the leader hand over to the replica. */
  switchOver(): Promise<void>;
  /** Ends the leader at once, as a crash does; the replica is promoted when the leader's lock runs out. */
  crashLeader(): Promise<Member>;
  /** Starts a member that was ended. */
  start(member: Member): void;
  /** Settles when there is a leader, and a synchronous replica that follows it. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/** Installs the packages where they are missing; answers why it could not. */
export function installPackages(): string | undefined {
  if (binaries.every((path) => existsSync(path))) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return `${packages.join(', ')} are not installed, and only root can, with apt-get`;
  }
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update'], { env, stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, stdio: 'ignore' });
    return binaries.every((path) => existsSync(path)) ? undefined : 'the packages lack what they should have';
  } catch (error) {
    return `${packages.join(', ')} could not be installed: ${String(error)}`;
  }
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-failover-'));
  chmodSync(folder, 0o755);
  const account = postgresAccount();
  const [etcdClient, etcdPeer, front, ...ports] = await freePorts(7);
  const patroni = { one: ports[0] ?? 0, two: ports[1] ?? 0 };
  const postgres = { one: ports[2] ?? 0, two: ports[3] ?? 0 };
  const running = new Map<string, ChildProcess>();

  const launch = (name: string, command: string, args: readonly string[], asPostgres: boolean): ChildProcess => {
    const log = openSync(join(folder, `${name}.log`), 'a');
    const child = spawn(command, args, { stdio: ['ignore', log, log], cwd: folder, ...(asPostgres && account) });
    running.set(name, child);
    return child;
  };
  const own = (path: string): void => {
    if (account) chownSync(path, account.uid, account.gid);
  };

  launch(
    'etcd',
    '/usr/bin/etcd',
    [
      ['--name', 'etcd', '--data-dir', join(folder, 'etcd')],
      [
        '--listen-client-urls',
        `http://127.0.0.1:${etcdClient}`,
        '--advertise-client-urls',
        `http://127.0.0.1:${etcdClient}`,
      ],
      [
        '--listen-peer-urls',
        `http://127.0.0.1:${etcdPeer}`,
        '--initial-advertise-peer-urls',
        `http://127.0.0.1:${etcdPeer}`,
      ],
      ['--initial-cluster', `etcd=http://127.0.0.1:${etcdPeer}`],
    ].flat(),
    false,
  );

  for (const member of members) {
    const home = join(folder, member);
    mkdirSync(home);
    own(home);
    const file = join(home, 'patroni.json');
    writeFileSync(file, JSON.stringify(configuration(member, home), undefined, 2));
    own(file);
  }
  function configuration(member: Member, home: string): object {
    const authentication = (username: string) => ({ username, password: 'postgres' });
    return {
      scope: 'offshoot',
      name: member,
      restapi: { listen: `127.0.0.1:${patroni[member]}`, connect_address: `127.0.0.1:${patroni[member]}` },
      etcd3: { host: `127.0.0.1:${etcdClient}` },
      bootstrap: {
        dcs: {
          ttl: 20,
          loop_wait: 2,
          retry_timeout: 5,
          synchronous_mode: true,
          postgresql: { use_pg_rewind: true, parameters: { wal_log_hints: 'on', max_connections: 60 } },
        },
        initdb: [{ encoding: 'UTF8' }, 'data-checksums'],
      },
      postgresql: {
        listen: `127.0.0.1:${postgres[member]}`,
        connect_address: `127.0.0.1:${postgres[member]}`,
        data_dir: join(home, 'data'),
        bin_dir: binaryFolder(),
        pgpass: join(home, 'pgpass'),
        authentication: {
          superuser: authentication('postgres'),
          replication: authentication('replicator'),
          rewind: authentication('rewind'),
        },
        pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 md5', 'host replication all 127.0.0.1/32 md5'],
        parameters: { unix_socket_directories: home, synchronous_commit: 'on' },
      },
    };
  }

  const start = (member: Member): void => {
    launch(member, '/usr/bin/patroni', [join(folder, member, 'patroni.json')], true);
  };

  const haproxy = join(folder, 'haproxy.cfg');
  writeFileSync(
    haproxy,
    `defaults
  mode tcp
  timeout connect 1s
  timeout client 1h
  timeout server 1h
  timeout check 1s
listen primary
  bind 127.0.0.1:${front}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500 fastinter 200 fall 2 rise 1 on-marked-down shutdown-sessions
${members.map((member) => `  server ${member} 127.0.0.1:${postgres[member]} check port ${patroni[member]}`).join('\n')}
`,
  );

  const state = async (): Promise<{ role: string; name: string; state: string }[]> => {
    for (const member of members) {
      try {
        const answer = await fetch(`http://127.0.0.1:${patroni[member]}/cluster`, {
          signal: AbortSignal.timeout(2000),
        });
        const body = (await answer.json()) as { members?: { role: string; name: string; state: string }[] };
        if (body.members) return body.members;
      } catch {
        // This one is down.
      }
    }
    return [];
  };
  const lastLines = (): string =>
    members
      .map((member) => (running.has(member) ? readFileSync(join(folder, `${member}.log`), 'utf8').slice(-1500) : ''))
      .join('\n');
  const until = async (what: string, question: () => Promise<boolean>): Promise<void> => {
    const end = performance.now() + 60_000;
    while (!(await question())) {
      if (performance.now() > end) throw new Error(`${what} did not come about: ${lastLines()}`);
      await delay(100);
    }
  };
  const leader = async (): Promise<Member> => {
    const found = (await state()).find(({ role }) => role === 'leader')?.name;
    if (found !== 'one' && found !== 'two') throw new Error('there is no leader');
    return found;
  };
  const whole = (): Promise<void> =>
    until('a primary with a synchronous replica', async () => {
      const roles = (await state()).map(({ role, state: word }) => `${role} ${word}`).sort();
      return (
        roles.length === 2 && roles[0] === 'leader running' && /^sync_standby (running|streaming)$/.test(roles[1] ?? '')
      );
    });

  const cluster: Cluster = {
    url: `postgres://postgres:postgres@127.0.0.1:${front}/postgres`,
    leader,
    async switchOver() {
      const from = await leader();
      const answer = await fetch(`http://127.0.0.1:${patroni[from]}/switchover`, {
        method: 'POST',
        body: JSON.stringify({ leader: from }),
      });
      if (!answer.ok) throw new Error(`the switchover was refused: ${await answer.text()}`);
    },
    async crashLeader() {
      const from = await leader();
      const patroniProcess = running.get(from);
      patroniProcess?.kill('SIGKILL');
      execFileSync('pkill', ['-KILL', '-f', join(folder, from, 'data')]);
      return from;
    },
    start,
    whole,
    async stop() {
      for (const child of running.values()) child.kill('SIGTERM');
      await Promise.race([
        Promise.all([...running.values()].map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit'))),
        delay(10_000),
      ]);
      for (const child of running.values()) child.kill('SIGKILL');
      try {
        execFileSync('pkill', ['-KILL', '-f', folder]);
      } catch {
        // Nothing of it was left.
      }
      await delay(200);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    start('one');
    await until('the first primary', async () =>
      (await state()).some(({ role, state: word }) => role === 'leader' && word === 'running'),
    );
    start('two');
    await whole();
    launch('haproxy', '/usr/sbin/haproxy', ['-db', '-f', haproxy], false);
    await delay(1500);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** PostgreSQL refuses to run as root. */
function postgresAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function binaryFolder(): string {
  const [newest = ''] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  return join('/usr/lib/postgresql', newest, 'bin');
}

async function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}
