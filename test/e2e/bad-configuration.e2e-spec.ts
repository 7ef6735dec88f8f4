import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { EnvironmentError } from '../../apps/api/src/config/environment';
import { readSettings } from '../../apps/api/src/config/settings';
import { environmentVariables } from '../support/environment-variables';
import { startProcess } from '../support/start-process';
import {
  DEVELOPMENT_CODE_SECRET,
  DEVELOPMENT_PHONE_KEY,
  OWN_SECRET,
  PRODUCTION,
  REFUSED,
  REFUSED_ALONE,
  SHORT,
} from './refused-environments';

const ROOT = join(__dirname, '../..');

describe('the built application, with a bad configuration', () => {
  it('does not start, exits with 1, and names every bad variable and what it must be', () => {
    const byVariable = new Map(
      REFUSED_ALONE.map(([environment, problem]) => [Object.keys(environment)[0], { environment, problem }]),
    );
    const refused = [...byVariable.values()];
    const { status, output } = failToStart(
      Object.fromEntries(refused.flatMap(({ environment }) => Object.entries(environment))),
    );
    expect(output.trimEnd().split('\n').sort()).toEqual(
      ['The configuration is not valid:', ...refused.map(({ problem }) => `  ${problem}`)].sort(),
    );
    expect(status).toBe(1);
  });

  it('does not start in production without secrets, store, gateway and name of its own', () => {
    expect(failToStart({ NODE_ENV: 'production' })).toEqual({
      status: 1,
      output: [
        'The configuration is not valid:',
        '  SMS_CODE_SECRET must be set in production (try: openssl rand -base64 48)',
        '  SMS_PHONE_KEY must be set in production (try: openssl rand -base64 48)',
        '  REDIS_URL, REDIS_CLUSTER_NODES or REDIS_SENTINELS must be set in production, or SMS_STORE=in-process chosen by name (one process, forgets on restart)',
        '  SMS_GATEWAYS must be set in production',
        '  SMS_PRODUCT_NAME must be set in production: people read it in every message\n',
      ].join('\n'),
    });
  });

  it('does not start on a port that is taken, and exits with 1', async () => {
    const first = await startProcess({});
    try {
      const { status, output } = failToStart({ PORT: new URL(first.client.url).port });
      expect(status).toBe(1);
      expect(output).toContain('EADDRINUSE');
    } finally {
      await first.stop();
    }
  });

  it.each(REFUSED.map(([environment, problem]) => [problem, environment] as const))(
    'refuses case %#, with nothing but: %s',
    (problem, environment) => {
      expect(problemsOf(environment)).toEqual([problem]);
    },
  );

  it('has a case above for every variable there is', () => {
    const covered = new Set(REFUSED.map(([, problem]) => problem.split(' ')[0]));
    expect(environmentVariables().filter((name) => !covered.has(name))).toEqual([]);
  });

  it('never shows a value, which may be a secret', () => {
    const said = REFUSED.map(([environment]) => problemsOf(environment).join('\n')).join('\n');
    for (const secret of [
      OWN_SECRET,
      SHORT,
      DEVELOPMENT_CODE_SECRET,
      DEVELOPMENT_PHONE_KEY,
      PRODUCTION.SMS_CODE_SECRET,
      PRODUCTION.SMS_PHONE_KEY,
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

/** Starts the built application as `npm start` would and waits for it to give up. */
function failToStart(environment: Readonly<Record<string, string>>): {
  status: number | null;
  output: string;
} {
  const env = { PATH: process.env['PATH'], ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'dist/apps/api/src/main.js')], {
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}
