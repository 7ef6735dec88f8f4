import type { Costs } from '../bench-redis';
import type { Latency, Percentiles } from './latency';
import { COUNTRY_TIMES, OVERALL_TIMES, type Limits } from './money';
import { moneyTable, type MoneyRow } from './money-report';
import { attackTable, comparison, misses, quietTable, worstCases, type Quiet, type Row } from './report';

interface Results {
  readonly seeds: readonly string[];
  readonly quietSeeds: readonly string[];
  readonly headline: readonly Row[];
  readonly compared: readonly Row[];
  readonly quiet: readonly Quiet[];
  readonly money: { readonly limits: Limits; readonly rows: readonly MoneyRow[] };
  /** How the runs on Redis compare with those in process; absent when Redis was not asked. */
  readonly agreement:
    | {
        readonly runs: number;
        readonly alike: number;
        readonly moneyRuns: number;
        readonly moneyAlike: number;
        readonly costs: Costs;
        readonly latency: Latency;
      }
    | undefined;
}

/** Half of the honest senders in attacked countries that the first prototype refused. */
const HONEST_AIMS = new Map([
  ['8 k random numbers of one country in 12 h', 0.2],
  ['5 k adjacent numbers in 6 h', 0.125],
  ['50 k over 20 countries in 24 h', 0.205],
  ['200 k over 30 countries in 24 h', 0.205],
  ['2.2 k inside one operator of the home country in 12 h', 0.011],
  ['8 k in one country in 24 h, 30 % verified by the attacker', 0.195],
  ['20 an hour in each of five countries for 3 days', 0.195],
]);

export function document({
  seeds,
  quietSeeds,
  headline,
  compared,
  quiet,
  money,
  agreement,
}: Results): string {
  const missed = misses(headline, HONEST_AIMS);
  const worst = worstCases(headline, HONEST_AIMS);
  const seen = headline.filter(({ kind }) => kind !== 'unseen');
  const unseen = headline.filter(({ kind }) => kind === 'unseen');
  return `# The abuse simulator

Written by \`npm run bench:abuse\`; do not edit. Every figure is of a model, not of a deployment: prices, volumes, conversions and people are invented (\`test/bench/abuse/traffic\`), and the guard was tuned by the same hands that made the attacks. What the table of unseen attacks shows was not tuned on.

- **Honest traffic:** 20,000 sends a day in 45 countries, half by people who have verified before; day and night, weekends, slow typists, resends, and each week one operator's outage, one slow operator and one country with a bad day. A week of warm-up and a quiet week come before every attack, two quiet days after it.
- **People** who are asked for a challenge take it in 90 of 100 cases; *turned away at first* counts every challenge as a refusal, *refused* only those who got no message in the end. Known numbers are among the honest senders and never refused.
- **Bots** come twice: such as take no challenge, and such as take every one.
- Reported seeds: ${seeds.join(', ')}; quiet weeks: ${quietSeeds.join(', ')}. Numbers were chosen on other seeds. One rule, \`relief\`, was added after a run on seed r1 had shown what lacked it; its number was chosen on training seeds.
- No money budget stands behind the guard, but for the table that says so; in a deployment one does, and bounds what is lost.

${provenance(agreement)}

## Attacks that the guard was tuned on

${attackTable(seen)}

Where an attack has several runs, shares are over all of them, and messages before the first refusal and recovery are the worst. *Recovered after* ends with the last honest send that was turned away in an attacked country; traffic is watched for two days.

## Attacks that it was not tuned on

${attackTable(unseen)}

The attacker with a reputation pays for it with messages that verify: 400 of its sends pass for that reason, before the first refusal, and are counted here as fraud that was not refused.

## Quiet weeks

${quietTable(quiet)}

## With a money budget

The dearest attacks, with the project's own budget behind the guard, and with the budget alone. A day (UTC) may cost ${String(OVERALL_TIMES)} times the dearest of the quiet days before the attacks in all, and ${String(COUNTRY_TIMES)} times its dearest in each country, both rounded up to whole dollars, over all reported seeds: what an operator would set who has watched a quiet week. The spending is counted from the messages that went out, honest and fraudulent, apart from the budget; *over a budget by* is the worst of all days, in all and in each country, and the benchmark fails if it is more than nothing. Honest sends are those of all days of a run, resends and second tries included; known numbers are among them, for a budget knows nobody.

${moneyTable(money.rows, money.limits)}

${agreement === undefined ? '' : latencySection(agreement.latency)}
## Side by side

Fraud refused / honest refused in attacked countries, with bots that take no challenge. All but PrefixGuard ran in process.

${comparison(compared)}

- *unverified buckets*: the rule of Authgear's fraud protection in deny mode, as publicly described (leaky buckets of unverified codes by country and address, sized by what verified in 14 days), with sizes of ours and a warm-up of seven days.
- *without known numbers*, *countries alone*, *without a cap on bursts*, *without challenges*: PrefixGuard with that part taken away; without challenges, whoever is asked for one is refused.

## Aims that were missed

${missed.length === 0 ? 'None.' : missed.map((miss) => `- ${miss}`).join('\n')}

Aims: fraud refused 98 % in volume attacks and 95 % in all others; at most 100 messages before the first refusal where one country is attacked; honest senders refused in attacked countries at most half of what the first prototype refused, once the challenge step is counted as passed by 90 % of people. The last is judged with bots that take no challenge: it counts on a challenge that people pass and programs do not.

Bots that take every challenge are its worst case, in which a challenge tells nobody apart and the guard can only refuse. Held to the same figures:

${worst.length === 0 ? 'None is missed.' : worst.map((miss) => `- ${miss}`).join('\n')}

## Replay

\`npm run --silent bench:abuse -- --replay < trace.ndjson\` judges a trace of your own, one event a line in order of time: \`{ "t": seconds, "phone": "+…", "ip": "…", "verifiedAt": seconds | null }\`. It answers \`{ "decision": "allow" | "challenge" | "refuse", "reason": "…" }\` for each. A send that was not allowed never verifies. Without \`--warm-up-days 7\` the guard enforces from the first event; \`--redis\` starts a \`redis-server\` and judges there.
`;
}

function provenance(agreement: Results['agreement']): string {
  if (agreement === undefined) return 'These runs were made on the in-process guard.';
  const { runs, alike, moneyRuns, moneyAlike, costs } = agreement;
  return `These runs were made by the real scripts on a real Redis, with the clock injected. The in-process guard decided every send alike in ${String(alike)} of ${String(runs)} runs, and guard and budget together in ${String(moneyAlike)} of ${String(moneyRuns)} (a digest of each decision, its reason and its range).

- **Server time:** ${costs.microseconds.toFixed(1)} µs a script, by Redis's own count, the mean of ${(costs.calls / 1e6).toFixed(1)} million calls; the injected clock's part, which looks at the expiry of each key, is among it.
- **Memory:** ${costs.bytesPerKey.toFixed(0)} bytes a key (\`MEMORY USAGE\`, mean of the ${String(costs.keys)} keys that one deployment has after two quiet weeks).`;
}

function latencySection({ ping, get, assess, calls }: Latency): string {
  const row = (name: string, { median, p99 }: Percentiles): string =>
    `| ${name} | ${median.toFixed(0)} µs | ${p99.toFixed(0)} µs |`;
  const against = (base: Percentiles, name: string): string =>
    `${(assess.median - base.median).toFixed(0)} µs more than a ${name} at the median (${(assess.median / base.median).toFixed(2)} times) and ${(assess.p99 - base.p99).toFixed(0)} µs more at the 99th percentile (${(assess.p99 / base.p99).toFixed(2)} times)`;
  return `## Added latency

Wall-clock time of one call, seen from the caller, over ${String(calls)} turns of a \`PING\`, a \`GET\` and an \`assess\` on one connection of a Redis on the same machine that did nothing else. The sends are a day of honest traffic to a guard with two weeks of past.

| call | median | p99 |
| --- | --- | --- |
${row('`PING`', ping)}
${row('`GET`', get)}
${row('`assess`', assess)}

An assessment takes ${against(get, '`GET`')}, and ${against(ping, '`PING`')}. Over a network its round trip comes on top, once: it is one script.
`;
}
