import { OutcomeUnknownError } from '@app/sms-verification';
import { withinTime } from './within-time';

const never = (): Promise<never> => new Promise(() => undefined);

describe(withinTime.name, () => {
  it('gives what the task gives, and leaves its signal alone', async () => {
    let seen: AbortSignal | undefined;
    const result = await withinTime(60_000, new AbortController().signal, (signal) => {
      seen = signal;
      return Promise.resolve('done');
    });

    expect(result).toBe('done');
    expect(seen?.aborted).toBe(false);
  });

  it('hands on what the task throws', async () => {
    const failing = withinTime(60_000, new AbortController().signal, () => Promise.reject(new Error('no')));

    await expect(failing).rejects.toThrow('no');
  });

  it('ends when the time is over, though the task ignores its signal', async () => {
    let seen: AbortSignal | undefined;
    const waiting = withinTime(1, new AbortController().signal, (signal) => {
      seen = signal;
      return never();
    });

    await expect(waiting).rejects.toThrow(OutcomeUnknownError);
    expect(seen?.aborted).toBe(true);
  });

  it('ends when the one who waits for it all does', async () => {
    const whole = new AbortController();
    let seen: AbortSignal | undefined;
    const waiting = withinTime(60_000, whole.signal, (signal) => {
      seen = signal;
      return never();
    });
    whole.abort();

    await expect(waiting).rejects.toThrow(OutcomeUnknownError);
    expect(seen?.aborted).toBe(true);
  });

  it('does not begin what has ended before', async () => {
    const task = jest.fn(never);

    await expect(withinTime(60_000, AbortSignal.abort(), task)).rejects.toThrow(OutcomeUnknownError);
    expect(task).not.toHaveBeenCalled();
  });
});
