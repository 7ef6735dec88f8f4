import type { Answer } from '../support/api-client';
import { PROBLEMS, type ProblemCode } from '../../apps/api/src/http/problems';
import type { Refusal } from './hostile-request';

const isKnown = (code: string): code is ProblemCode => code in PROBLEMS;

/** Expects an RFC 9457 document that says what the documentation promises, and nothing that it does not. */
export function expectProblem(answer: Answer, { status, code, fields }: Refusal): void {
  const { type, title, detail, errors } = answer.body;
  expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
  expect(String(answer.headers['content-type'])).toMatch(/^application\/problem\+json(;|$)/);
  expect(answer.body['status']).toBe(status);
  expect(type).toBe(`/problems/${code}`);
  expect(title).toBe(isKnown(code) ? PROBLEMS[code].title : 'a known code');
  expect(detail).toMatch(/^[A-Z].{8,}\.$/);
  if (fields === undefined) {
    expect(errors).toBeUndefined();
  } else {
    const named = errors as { field: string; message: string }[];
    expect(named.map(({ field }) => field).sort()).toEqual([...fields].sort());
    for (const { message } of named) expect(message).toMatch(/\w{2}/);
  }
}
