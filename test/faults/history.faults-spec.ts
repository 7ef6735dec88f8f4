import { StorageUnavailableError } from '@app/sms-verification';
import { checkHistory, History, type Operation } from './history';

const at = (start: number, kind: Operation['kind'], outcome: Operation['outcome']): Operation => ({
  ...{ kind, outcome, start },
  code: 'code',
  end: start + 10,
});

describe(checkHistory, () => {
  it('finds nothing wrong with a code that is issued, accepted once and refused afterwards', () => {
    const history = [at(0, 'issue', 'ok'), at(20, 'verify', 'ok'), at(40, 'verify', 'refused')];
    expect(checkHistory(history)).toEqual({
      ...{ verified: 1, unknown: 0 },
      ...{ acceptedTwice: [], acceptedUnasked: [], refusedUnspent: [] },
    });
  });

  it('finds a code that is accepted twice, and one that is accepted before it was asked for', () => {
    const twice = [at(0, 'issue', 'ok'), at(20, 'verify', 'ok'), at(900, 'verify', 'ok')];
    expect(checkHistory(twice).acceptedTwice).toEqual(['code']);
    expect(checkHistory([at(0, 'verify', 'ok'), at(20, 'issue', 'ok')]).acceptedUnasked).toEqual(['code']);
  });

  it('finds a right code that is refused though nobody can have spent it', () => {
    const lost = [at(0, 'issue', 'ok'), at(20, 'verify', 'refused'), at(90, 'verify', 'ok')];
    expect(checkHistory(lost).refusedUnspent).toEqual(['code']);
    // The one before ended without an answer, or one beside it won: either may have spent the code.
    const perhaps = [at(0, 'issue', 'ok'), at(20, 'verify', 'unknown'), at(40, 'verify', 'refused')];
    expect(checkHistory(perhaps).refusedUnspent).toEqual([]);
    const beside = [at(0, 'issue', 'ok'), at(20, 'verify', 'refused'), at(25, 'verify', 'ok')];
    expect(checkHistory(beside).refusedUnspent).toEqual([]);
  });
});

describe(History, () => {
  it('notes as unknown what storage cannot tell, and lets every other exception through', async () => {
    const history = new History();
    const fails = (error: Error) => (): Promise<boolean> => Promise.reject(error);
    const unavailable = new StorageUnavailableError({ cause: new Error('timeout') });
    expect(await history.note('verify', 'code', fails(unavailable))).toBe('unknown');
    await expect(history.note('verify', 'code', fails(new TypeError('a bug')))).rejects.toThrow('a bug');
    expect(history.operations).toHaveLength(1);
  });
});
