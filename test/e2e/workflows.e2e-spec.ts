import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { readDocument, ROOT } from '../support/markdown';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Update {
  readonly 'package-ecosystem': string;
  readonly schedule: { readonly interval: string };
  readonly groups: Readonly<Record<string, { readonly patterns: readonly string[] }>>;
}

const FOLDER = '.github/workflows';
const FILES = readdirSync(join(ROOT, FOLDER)).map((file) => join(FOLDER, file));
const { scripts } = JSON.parse(readDocument('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const readWorkflow = (file: string): Workflow => load(readDocument(file)) as Workflow;
const stepsOf = ({ jobs }: Workflow): Step[] => Object.values(jobs).flatMap(({ steps }) => steps);

/** The npm scripts that a text runs. */
const scriptsIn = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run ([a-z][a-z:-]*)|(test|start)\b)/g)].map(
    ([, run, short]) => run ?? short ?? 'none',
  );

describe.each(FILES)('%s', (file) => {
  const workflow = readWorkflow(file);

  it('has steps that do something, and may only read', () => {
    const idle = stepsOf(workflow).filter(({ uses, run }) => (uses === undefined) === (run === undefined));
    expect(idle).toEqual([]);
    expect(stepsOf(workflow).length).toBeGreaterThan(0);
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('takes each action at one commit, and says which release that is', () => {
    const taken = [...readDocument(file).matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, action]) => action);
    expect(taken.length).toBe(stepsOf(workflow).filter(({ uses }) => uses !== undefined).length);
    for (const action of taken) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$/);
  });
});

describe('.github/workflows/ci.yml', () => {
  const workflow = readWorkflow(join(FOLDER, 'ci.yml'));

  it('runs on each Node and each server that is supported', () => {
    expect(workflow.jobs['tests']?.strategy?.matrix).toEqual({
      node: [20, 22, 24],
      server: ['redis:7', 'valkey/valkey:8'],
    });
  });

  it('runs every script that .ci/run does', () => {
    const run = scriptsIn(
      stepsOf(workflow)
        .map((step) => step.run ?? '')
        .join('\n'),
    );
    // `npm test` builds before it runs.
    expect(new Set([...run, 'build'])).toEqual(new Set(scriptsIn(readDocument('.ci/run'))));
  });
});

describe.each([...FILES, '.ci/run', 'README.md', 'CONTRIBUTING.md', 'Dockerfile'])('%s', (file) => {
  it('names no npm script that does not exist', () => {
    expect(scriptsIn(readDocument(file)).filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('.github/dependabot.yml', () => {
  const { updates } = load(readDocument('.github/dependabot.yml')) as { readonly updates: readonly Update[] };

  it('asks once a week for everything that changes by itself, each kind in one request', () => {
    const kinds = new Set(updates.map((update) => update['package-ecosystem']));
    expect(kinds).toEqual(new Set(['npm', 'github-actions', 'docker', 'docker-compose']));
    for (const { schedule, groups } of updates) {
      expect(schedule.interval).toBe('weekly');
      expect(Object.values(groups)).toEqual([{ patterns: ['*'] }]);
    }
  });
});
