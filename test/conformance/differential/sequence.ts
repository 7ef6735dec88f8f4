import {
  PhoneNumber,
  type IssueOutcome,
  type VerificationReference,
  type VerifyOutcome,
} from '@app/sms-verification';
import { CodeDigester } from '../../../libs/sms-verification/src/code/keyed-digest';
import { drawCode, drawVerificationId } from '../../../libs/sms-verification/src/code/verification-code';
import { PhoneFingerprinter } from '../../../libs/sms-verification/src/phone/phone-fingerprint';
import { drawProof, type DrawnProof } from '../../../libs/sms-verification/src/proof/proof-token';
import { freshPhone } from '../../support/phones';
import { CODE_LENGTH, wrong } from '../requester';
import type { BothStorages } from './both-storages';
import type { Command, Issue, Key, OfSubject, Redeem, Verify } from './commands';
import { LOCK_FAILURES, LONGEST_MEMORY_MS, POLICIES } from './policies';

const fingerprinter = new PhoneFingerprinter('the differential test’s key for phones');
const digester = new CodeDigester('the secret that codes are issued under', []);
const rotatedDigester = new CodeDigester('the secret after', ['the secret that codes are issued under']);

/** One send of a verification. */
interface Send {
  /** When each side reserved it, as time since the beginning of the sequence. */
  readonly sentAt: readonly [number, number];
  readonly kind: 'first' | 'resend';
  readonly idempotencyKey?: string | undefined;
}

interface Held {
  readonly verificationId: string;
  readonly code: string;
  /** Newest first. */
  readonly sends: readonly [Send, ...Send[]];
}

interface Proof {
  readonly drawn: DrawnProof;
  /** What each side said when the proof was offered to it. */
  readonly outcomes: readonly (VerifyOutcome | undefined)[];
  redeemed: boolean;
}

/** One run of commands, with fresh phones, and what the clients of both storages would remember of it. */
export class Sequence {
  private readonly phones = [PhoneNumber.parse(freshPhone()), PhoneNumber.parse(freshPhone())] as const;
  private readonly fingerprints = [
    fingerprinter.of(this.phones[0]),
    fingerprinter.of(this.phones[1]),
  ] as const;
  private readonly held = new Map<string, Held[]>();
  private messages = 0;
  private readonly proofs = new Map<string, Proof[]>();
  /** As the service derives them: a request that is repeated brings the same proof. */
  private readonly drawnByKey = new Map<string, DrawnProof>();

  /** @param saw is told each kind of outcome that occurs */
  constructor(
    private readonly both: BothStorages,
    private readonly saw: (kind: string) => void,
  ) {}

  /** Does to both what the command says, and then looks at everything in Redis. */
  async run(command: Command): Promise<void> {
    await this.perform(command);
    const unsound = await this.both.unsoundKeys({
      fingerprints: this.fingerprints,
      phones: this.phones,
      codes: [...this.held.values()].flat().map(({ code }) => code),
      longestTtlMs: LONGEST_MEMORY_MS,
    });
    expect(unsound).toEqual([]);
  }

  private async perform(command: Command): Promise<void> {
    switch (command.do) {
      case 'issue':
        return this.issue(command);
      case 'verify':
        return this.verify(command);
      case 'redeem':
        return this.redeem(command);
      case 'cancel': {
        const { verificationId, sends } = this.heldBy(command);
        const { sentAt, kind, idempotencyKey } = this.sendOf(command, sends);
        const reference = this.reference(command, verificationId);
        const cancelled = await this.both.ask((storage, side) =>
          storage.cancel({
            ...reference,
            sentAt: this.both.instant(side, sentAt[side]),
            kind,
            idempotencyKey,
          }),
        );
        const late = command.late && sends.length > 1;
        this.saw(`cancel ${kind}${late ? ', late' : ''}: ${cancelled ? 'cancelled' : 'absent'}`);
        await this.status(reference);
        return;
      }
      case 'sent': {
        const { verificationId, sends } = this.heldBy(command);
        const { sentAt, kind, idempotencyKey } = this.sendOf(command, sends);
        const send = {
          ...this.reference(command, verificationId),
          ...this.messageNamed(this.messages),
          idempotencyKey,
        };
        this.messages += 1;
        await this.both.ask((storage, side) =>
          storage.recordSent({
            ...send,
            sentAt: this.both.instant(side, sentAt[side]),
            // The guard counts first sends alone.
            assessedAt: kind === 'first' ? this.both.instant(side, sentAt[side]) : undefined,
          }),
        );
        this.saw(command.late && sends.length > 1 ? 'sent, late' : 'sent');
        await this.status(this.reference(command, verificationId));
        return;
      }
      case 'report': {
        const of = { ...this.messageNamed(this.messages - 1 - command.back), state: command.state };
        const { outcome } = await this.both.ask((storage) => storage.recordDelivery(of));
        this.saw(`report ${command.state}: ${outcome}`);
        return;
      }
      case 'status': {
        const reference = this.reference(command, this.heldBy(command).verificationId);
        await this.status(reference);
        return;
      }
      case 'check': {
        const { policy, ...subject } = this.subject(command);
        const state = await this.both.ask((storage) => storage.checkExistsAndGetTtl(subject, policy));
        this.saw(`check: ${state.exists ? 'exists' : 'absent'}`);
        this.saw(`check: ${state.refusal?.reason ?? 'allowed'}`);
        this.saw(`check: ${state.known ? 'known' : 'not known'}`);
        return;
      }
      case 'reset': {
        const { policy, ...subject } = this.subject(command);
        await this.both.ask((storage) => storage.reset(subject, policy));
        this.saw('reset');
        return;
      }
      case 'pass':
        await this.both.pass(command.ms);
        this.saw('pass');
        return;
    }
  }

  private async status(reference: VerificationReference): Promise<void> {
    const status = await this.both.ask((storage) => storage.readStatus(reference));
    this.saw(`status: ${status.outcome === 'found' ? status.state : 'unknown'}`);
    if (status.outcome === 'found') this.saw(`status: ${status.delivery}`);
  }

  private async issue(command: Issue): Promise<void> {
    const drawn = Array.from({ length: command.times }, () => ({
      verificationId: drawVerificationId(),
      code: drawCode(CODE_LENGTH),
    }));
    const resendOf = command.resend ? this.heldBy({ ...command, back: 0 }).verificationId : undefined;
    const idempotencyKey = keyOf(command);
    const requests = drawn.map(({ verificationId, code }) => ({
      ...this.reference(command, verificationId),
      digest: digester.digest(code, this.codeSubject(command)),
      sealedCode: digester.seal(code, verificationId),
      resendOf,
      idempotencyKey,
      onlyRepeat: command.onlyRepeat,
    }));
    const sentAt: [number[], number[]] = [[], []];
    const answers = await this.both.ask(async (storage, side) => {
      const outcomes = await Promise.all(requests.map((request) => storage.issue(request)));
      sentAt[side] = outcomes.map((told) => ('sentAt' in told ? this.both.elapsed(side, told.sentAt) : 0));
      return outcomes;
    });
    for (const [place, answer] of answers.entries()) {
      const held = drawn[place];
      if (answer.outcome === 'refused') {
        const { refusal } = answer;
        this.saw(
          `issue: ${refusal.reason}${refusal.reason === 'quota' ? ` of ${String(refusal.limit)}` : ''}`,
        );
        continue;
      }
      this.saw(`issue: ${answer.outcome}`);
      if ('known' in answer) this.saw(`issue: ${answer.known ? 'known' : 'not known'}`);
      if (answer.outcome === 'resent') {
        const list = listOf(this.held, command);
        const last = list.pop();
        const times = [sentAt[0][place] ?? 0, sentAt[1][place] ?? 0] as const;
        const send = { sentAt: times, kind: 'resend', idempotencyKey } as const;
        if (last !== undefined) list.push({ ...last, sends: [send, ...last.sends] });
      } else if (answer.outcome === 'issued' && held !== undefined) {
        const times = [sentAt[0][place] ?? 0, sentAt[1][place] ?? 0] as const;
        listOf(this.held, command).push({
          ...held,
          sends: [{ sentAt: times, kind: 'first', idempotencyKey }],
        });
      }
    }
    await this.follow(command, answers);
    // Nothing orders two sends of one millisecond, which a success between them would allow.
    await this.both.pass(1);
  }

  private async follow({ phone, purpose, then }: Issue, answers: readonly IssueOutcome[]): Promise<void> {
    const newest = { phone, purpose, back: 0, late: false };
    const [issued, resent] = ['issued', 'resent'].map((kind) =>
      answers.some(({ outcome }) => outcome === kind),
    );
    if (then === 'lost' && (issued === true || resent === true)) {
      await this.perform({ do: 'sent', ...newest });
      await this.perform({ do: 'report', back: 0, state: 'undelivered' });
      await this.perform({ do: 'status', ...newest });
    } else if ((then === 'sent' || then === 'cancel') && resent === true) {
      await this.perform({ do: then, ...newest });
    }
  }

  private async verify(command: Verify): Promise<void> {
    const held = this.heldBy(command);
    const verificationId = {
      own: held.verificationId,
      none: undefined,
      'never issued': drawVerificationId(),
      'of the other phone': this.heldBy({ ...command, phone: command.phone === 0 ? 1 : 0 }).verificationId,
    }[command.id];
    const code = command.guess === 'wrong' ? wrong(held.code) : held.code;
    const judge = command.guess === 'rotated' ? rotatedDigester : digester;
    const subject = this.codeSubject(command);
    const request = {
      ...this.subject(command),
      verificationId,
      idempotencyKey: keyOf(command),
      onlyRepeat: command.onlyRepeat,
      candidates: judge.candidates(code, subject),
    };
    const drawn = Array.from({ length: command.times }, () => this.draw(command));
    const said: (readonly VerifyOutcome[])[] = [];
    const answers = await this.both.ask(async (storage, side) => {
      const offers = drawn.map((proof) => storage.verifyAndRemove({ ...request, proofDigest: proof.digest }));
      return (said[side] = await Promise.all(offers));
    });
    for (const [place, proof] of drawn.entries()) {
      // A repeat keeps no proof: it has the one of the first.
      const outcomes = said.map((side) => side[place]).map((told) => (isRepeat(told) ? undefined : told));
      const list = listOf(this.proofs, command);
      const before = list.findIndex((known) => known.drawn === proof);
      if (before !== -1 && outcomes[0]?.outcome !== 'verified') continue;
      if (before !== -1) list.splice(before, 1);
      list.push({ drawn: proof, outcomes, redeemed: false });
    }
    for (const answer of answers) this.sawVerify(command, answer);
  }

  private sawVerify({ id, guess }: Verify, answer: VerifyOutcome): void {
    this.saw(`verify, id ${id}: ${answer.outcome}`);
    if (isRepeat(answer)) this.saw(`verify: ${answer.outcome} repeated`);
    if (answer.outcome === 'wrong' && answer.failures === LOCK_FAILURES)
      this.saw('verify: wrong, now locked');
    if (answer.outcome === 'verified') {
      if (guess === 'rotated') this.saw('verify: verified under the previous secret');
      if (answer.failuresBefore > 0) this.saw('verify: verified after failures');
    }
  }

  private async redeem(command: Redeem): Promise<void> {
    const all = listOf(this.proofs, command);
    const successful = all.filter(({ outcomes }) => outcomes[0]?.outcome === 'verified');
    const proof = (command.of === 'success' ? successful : all).at(-1 - command.back);
    const own = command.as === 'own purpose';
    const { phone } = this.subject(command);
    const purpose = own === (command.purpose === 'login') ? 'login' : 'register';
    const digest = proof?.drawn.digest ?? 'A'.repeat(43);
    const answers = await this.both.ask(async (storage, side) => {
      const calls = Array.from({ length: command.times }, () =>
        storage.redeemProof({ phone, purpose, digest }),
      );
      return (await Promise.all(calls)).map((redeemed) => {
        if (redeemed.outcome === 'unknown') return redeemed;
        // The one instant that is stored and yet does not move when time passes: it is what verify said.
        const { verifiedAt, ...rest } = redeemed;
        expect(proof?.outcomes[side]).toMatchObject({ outcome: 'verified', verifiedAt });
        return rest;
      });
    });
    for (const { outcome } of answers) {
      const real = proof?.outcomes[0]?.outcome === 'verified';
      this.saw(
        `redeem ${real ? (proof.redeemed ? 'spent' : 'unspent') : 'no'} proof, ${command.as}: ${outcome}`,
      );
      if (proof !== undefined && outcome === 'redeemed') proof.redeemed = true;
    }
  }

  private draw(of: Verify): DrawnProof {
    const known = this.drawnByKey.get(JSON.stringify([of.phone, of.purpose, of.key]));
    if (known !== undefined) return known;
    const drawn = drawProof();
    if (of.key !== 'none') this.drawnByKey.set(JSON.stringify([of.phone, of.purpose, of.key]), drawn);
    return drawn;
  }

  /** The send that a command means: the newest of its verification, or the one before. */
  private sendOf({ late }: { readonly late: boolean }, [newest, before = newest]: Held['sends']): Send {
    return late ? before : newest;
  }

  private messageNamed(number: number) {
    return { gateway: number % 2 === 0 ? 'even' : 'odd', messageId: String(number) };
  }

  private subject({ phone, purpose }: OfSubject) {
    return { phone: this.fingerprints[phone], purpose, policy: POLICIES[purpose] };
  }

  private codeSubject({ phone, purpose }: OfSubject) {
    return { fingerprint: this.fingerprints[phone], purpose };
  }

  private reference(of: OfSubject, verificationId: string) {
    return { ...this.subject(of), verificationId };
  }

  /** What was issued to the subject, or, when there is no such thing, what never was. */
  private heldBy(of: OfSubject & { readonly back: number }): Held {
    return (
      listOf(this.held, of).at(-1 - of.back) ?? {
        verificationId: drawVerificationId(),
        code: '0'.repeat(CODE_LENGTH),
        sends: [{ sentAt: [0, 0], kind: 'first' }],
      }
    );
  }
}

function keyOf({ key }: { readonly key: Key }): string | undefined {
  return key === 'none' ? undefined : key;
}

function isRepeat(answer: VerifyOutcome | undefined): boolean {
  return answer !== undefined && 'repeated' in answer && answer.repeated;
}

function listOf<Item>(lists: Map<string, Item[]>, { phone, purpose }: OfSubject): Item[] {
  const key = `${String(phone)} ${purpose}`;
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
