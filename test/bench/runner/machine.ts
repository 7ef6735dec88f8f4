import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { findRedisBinary } from '../../support/redis-binary';

/** What the figures were measured on. */
export function machine(): string {
  const [first] = cpus();
  const redis = /v=([0-9.]+)/.exec(output(findRedisBinary(), '--version'))?.[1] ?? 'of unknown version';
  const commit = output('git', 'rev-parse', '--short', 'HEAD');
  const changed = output('git', 'status', '--porcelain', '--', 'apps', 'libs', 'test/bench') !== '';
  return [
    `${String(cpus().length)} cores, ${first?.model.trim() ?? 'of an unknown model'}`,
    `Redis ${redis}, Node ${process.versions.node}`,
    `commit ${commit}${changed ? ' with changes' : ''}`,
  ].join('; ');
}

function output(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}
