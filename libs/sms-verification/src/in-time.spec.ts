import { inTime } from './in-time';

const LATE = new Error('too late');
const late = (): Error => LATE;

describe(inTime, () => {
  it('gives what the task gives, and leaves its signal alone', async () => {
    let given: AbortSignal | undefined;
    const task = (signal: AbortSignal): Promise<string> => {
      given = signal;
      return Promise.resolve('done');
    };

    await expect(inTime(60_000, late, task)).resolves.toBe('done');
    expect(given?.aborted).toBe(false);
  });

  it('throws what the task throws', async () => {
    const error = new Error('its own');

    await expect(inTime(60_000, late, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('ends the wait for a task that ignores its signal', async () => {
    await expect(inTime(1, late, () => new Promise<never>(() => undefined))).rejects.toBe(LATE);
  });

  it('throws its own error, and tells the task so, when that fails the moment it is told', async () => {
    let reason: unknown;
    const task = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(new Error('aborted'));
        });
      });

    await expect(inTime(1, late, task)).rejects.toBe(LATE);
    expect(reason).toBe(LATE);
  });
});
