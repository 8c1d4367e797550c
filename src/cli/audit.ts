// `offshoot audit`: whether the audit is as it was written, what was signed of it, and retention.
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  anchorsUntil,
  type Evidence,
  planPrune,
  prune,
  readAnchors,
  readPublicSealKeys,
  type Verdict,
  verifyAudit,
  verifyExport,
} from '../audit/index.js';
import { formatInstant, newId, systemClock } from '../base/index.js';
import { openStore, readAuditRows, readBackedUpAudit, storePath } from '../store/index.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';

interface EvidenceOptions {
  readonly publicKey?: readonly string[];
  readonly anchor?: readonly string[];
}

export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('whether the audit events are those that were written, beside a running server too')
    .helpCommand(false);

  const verify = audit
    .command('verify')
    .description("verify each tenant's chain of audit events; exit code 1 if an event was changed, removed or inserted")
    .addOption(
      new Option('--backup <file>', 'of a file that `offshoot backup` wrote, in place of a store').conflicts('export'),
    )
    .option('--export <file>', 'of what `serve --audit-export` wrote; may be repeated, the older file first', collect)
    .option('--json', 'one JSON object for each tenant');
  addStoreOptions(addEvidence(verify))
    .allowExcessArguments(false)
    .action(
      async (options: StoreOptions & EvidenceOptions & { backup?: string; export?: string[]; json?: boolean }) => {
        const evidence = await evidenceOf(options);
        const print = async (verdicts: AsyncIterable<Verdict>): Promise<void> => {
          for await (const verdict of verdicts) {
            process.stdout.write(`${options.json ? JSON.stringify(verdict) : describe(verdict)}\n`);
            if (verdict.broken) process.exitCode = 1;
          }
        };
        if (!evidence.keys) process.stderr.write('Signatures are not looked at: there is no --public-key.\n');
        if (options.export) return print(verifyExport(options.export, evidence));
        if (options.backup === undefined) {
          return readAuditRows(storePath(options), (trail) => print(verifyAudit(trail, evidence)));
        }
        return readBackedUpAudit(options.backup, (trail, { takenDateTime }) =>
          print(verifyAudit(trail, { ...evidence, anchors: anchorsUntil(evidence.anchors, takenDateTime) })),
        );
      },
    );

  const seals = audit
    .command('seals')
    .description('print every signed end that the store has, one a line, to be kept elsewhere as an anchor');
  addStoreOptions(seals)
    .allowExcessArguments(false)
    .action((options: StoreOptions) =>
      readAuditRows(storePath(options), async (trail) => {
        for (let tenant = await trail.seals.tenant(); tenant !== undefined; tenant = await trail.seals.tenant()) {
          for await (const { seal } of trail.seals.of(tenant)) process.stdout.write(`${seal}\n`);
        }
      }),
    );

  const retention = audit
    .command('prune')
    .description(
      'remove old audit events, up to an end that was signed; each tenant whose chain is broken is left alone',
    )
    .requiredOption('--before <date>', 'remove events before this: 2026-01-31, or 2026-01-31T12:00:00Z', instant)
    .option('--dry-run', 'say what would be removed, and remove nothing');
  addStoreOptions(addEvidence(retention))
    .allowExcessArguments(false)
    .action(async (options: StoreOptions & EvidenceOptions & { before: string; dryRun?: boolean }) => {
      const path = storePath(options);
      const plans = await planPrune(path, options.before, await evidenceOf(options));
      const store = await openStore({ path, create: false });
      try {
        for (const plan of plans) {
          const { verdict, cuts } = plan;
          const { tenant, broken } = verdict;
          const end = cuts.at(-1);
          if (broken) process.exitCode = 1;
          if (broken) process.stdout.write(`${describe(verdict)}; nothing is removed\n`);
          else if (end === undefined) process.stdout.write(`${tenant}: nothing to remove\n`);
          else {
            if (!options.dryRun)
              await prune(store, plan, { clock: systemClock, newId, program: 'offshoot audit prune' });
            const does = options.dryRun ? 'would be removed' : 'removed';
            process.stdout.write(`${tenant}: positions ${verdict.cut + 1} to ${end} ${does}\n`);
          }
        }
      } finally {
        await store.close();
      }
    });
}

function addEvidence(command: Command): Command {
  return command
    .option('--public-key <file>', 'a key that may have signed, PEM; may be repeated', collect)
    .option('--anchor <file>', 'signed ends that were kept elsewhere, such as the log; may be repeated', collect);
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

async function evidenceOf({ publicKey = [], anchor = [] }: EvidenceOptions): Promise<Evidence> {
  const keys = await readPublicSealKeys(publicKey);
  return { keys, anchors: await readAnchors(anchor, keys) };
}

function describe({ tenant, cut, piece, unproved, last, sealed, broken }: Verdict): string {
  if (broken) return `${tenant}: ${broken.text}`;
  const events = last === cut ? 'no events' : `events ${cut + 1} to ${last}`;
  const first = unproved === undefined ? '' : `, without which what ${unproved} says is not verified`;
  const before = piece ? `, those before are not here${first}` : ', those before were removed on purpose';
  const removed = cut > 0 ? before : '';
  const until = sealed?.position ?? cut;
  const seal = sealed ? `, sealed up to ${sealed.position} at ${sealed.time}` : '';
  return `${tenant}: ${events}${removed}${seal}${last > until ? `; not sealed: ${until + 1} to ${last}` : ''}`;
}

/** As audit events have their time. */
function instant(text: string): string {
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be a date, or a time with its offset.');
  return formatInstant(time);
}
