import { Controller, Get, Logger, Param } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { CooldownError, ProofInvalidError, StorageUnavailableError } from '@app/sms-verification';
import { ProblemFilter } from './problem.filter';

const ERRORS: Readonly<Record<string, unknown>> = {
  cooldown: new CooldownError(59_001),
  proof: new ProofInvalidError(),
  storage: new StorageUnavailableError({
    cause: new Error('the script failed', { cause: new Error('connect ECONNREFUSED') }),
  }),
  unknown: new TypeError('cannot read properties of undefined'),
  text: 'thrown by somebody who throws texts',
};

@Controller()
class ThrowingController {
  @Get('throw/:what')
  fail(@Param('what') what: string): never {
    throw ERRORS[what];
  }
}

describe(ProblemFilter.name, () => {
  let app: NestFastifyApplication;
  let logged: string[];

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ controllers: [ThrowingController] }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    await app.init();
  });
  beforeEach(() => {
    logged = [];
    const keep = (...parts: unknown[]): void => {
      logged.push(parts.map(String).join(' '));
    };
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  });
  afterAll(() => app.close());

  const get = (what: string): ReturnType<typeof app.inject> =>
    app.inject({ url: `/throw/${what}?phone=4155550100` });

  it('answers with a problem document of the error’s status, which nobody may store [RFC 9457]', async () => {
    const { statusCode, headers, body } = await get('proof');

    expect(statusCode).toBe(401);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(body)).toMatchObject({
      code: 'proof_invalid',
      status: 401,
      type: '/problems/proof_invalid',
    });
  });

  it('says when to come back where that helps, and nowhere else [RFC 9110 §10.2.3]', async () => {
    expect((await get('cooldown')).headers['retry-after']).toBe('60');
    expect((await get('storage')).headers['retry-after']).toBe('1');
    expect((await get('proof')).headers).not.toHaveProperty('retry-after');
    expect((await get('unknown')).headers).not.toHaveProperty('retry-after');
  });

  it('logs no refusal: that is the client’s affair', async () => {
    await get('cooldown');
    await get('proof');

    expect(logged).toEqual([]);
  });

  it('logs a failure once, with its route and its causes, and without the path’s values [ASVS 16.2.5]', async () => {
    await get('storage');

    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('GET /throw/:what storage_unavailable: StorageUnavailableError: ');
    expect(logged[0]).toContain(' <- Error: the script failed <- Error: connect ECONNREFUSED');
    expect(logged[0]).not.toContain('4155550100');
  });

  it('logs what nobody foresaw with its stack, which the answer does not show [ASVS 16.5.1]', async () => {
    const { statusCode, body } = await get('unknown');

    expect(statusCode).toBe(500);
    expect(body).not.toContain('cannot read');
    expect(logged[0]).toMatch(/internal_error: TypeError: cannot read[^]*\n +at /);
  });

  it('answers also when something is thrown that is no error', async () => {
    expect((await get('text')).statusCode).toBe(500);
    expect(logged).toHaveLength(1);
  });
});
