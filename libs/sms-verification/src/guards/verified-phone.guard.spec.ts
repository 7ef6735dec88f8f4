import { Catch, Controller, Get, UseGuards, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SmsGateway, type SmsMessage, type SmsReceipt } from '../gateway/sms.gateway';
import { PhoneNumber } from '../phone/phone-number';
import { SmsVerificationModule } from '../sms-verification.module';
import { SmsVerificationService } from '../sms-verification.service';
import { PROOF_HEADER, VerifiedPhone, VerifiedPhoneGuard } from './verified-phone.guard';

class KeepingGateway extends SmsGateway {
  readonly messages: SmsMessage[] = [];

  override send(message: SmsMessage): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: String(this.messages.push(message)) });
  }
}

@Controller('method')
class MethodController {
  @Get()
  @VerifiedPhone('login')
  protectedRoute(@VerifiedPhone() phone: PhoneNumber): string {
    return phone.e164;
  }

  @Get('open')
  open(): string {
    return 'open';
  }

  @Get('phone-without-guard')
  phoneWithoutGuard(@VerifiedPhone() phone: PhoneNumber): string {
    return phone.e164;
  }

  @Get('guard-without-purpose')
  @UseGuards(VerifiedPhoneGuard)
  guardWithoutPurpose(): string {
    return 'reached';
  }
}

@Controller('class')
@VerifiedPhone('register')
class ClassController {
  @Get()
  inherited(@VerifiedPhone() phone: PhoneNumber): string {
    return phone.e164;
  }

  @Get('own')
  @VerifiedPhone('login')
  own(@VerifiedPhone() phone: PhoneNumber): string {
    return phone.e164;
  }
}

/** Shows what was thrown, as an application's own filter would see it. */
@Catch()
class ShowingFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const shown = error instanceof Error ? `${error.constructor.name}: ${error.message}` : 'no error';
    void host.switchToHttp().getResponse<{ send(body: string): unknown }>().send(shown);
  }
}

describe(VerifiedPhoneGuard.name, () => {
  const gateway = new KeepingGateway();
  let app: NestFastifyApplication;
  let lastDigits = 1_000;

  beforeAll(async () => {
    const module = SmsVerificationModule.forRoot({
      gateway,
      codeSecret: 'a secret of codes, of 32 bytes or more',
      phoneKey: 'a key of phones, of 32 bytes or more',
    });
    const controllers = [MethodController, ClassController];
    const testing = await Test.createTestingModule({ imports: [module], controllers }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ShowingFilter());
    // A server that does not join what is repeated.
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', ({ headers }, _reply, done) => {
        const proof = headers[PROOF_HEADER];
        if (headers['x-in-array'] !== undefined) headers[PROOF_HEADER] = String(proof).split(',');
        done();
      });
    await app.init();
  });
  afterAll(() => app.close());

  /** Verifies a phone that no other test uses. */
  async function prove(purpose: string): Promise<{ e164: string; token: string }> {
    const service = app.get(SmsVerificationService);
    const phone = PhoneNumber.parse(`+1415555${String(lastDigits++)}`);
    const { verificationId } = await service.send({ phone, purpose });
    const code = gateway.messages.at(-1)?.code ?? '';
    const { token } = await service.verify({ phone, purpose, code, verificationId });
    return { e164: phone.e164, token };
  }

  const get = async (url: string, proof?: string): Promise<string> =>
    (await app.inject({ url, headers: proof === undefined ? {} : { 'Verification-Proof': proof } })).body;

  const REFUSED = /^ProofInvalidError: /;

  it('lets a request pass that brings a proof, once, and hands its phone to the handler (R14)', async () => {
    const { e164, token } = await prove('login');

    expect(await get('/method', token)).toBe(e164);
    expect(await get('/method', token)).toMatch(REFUSED);
  });

  it('keeps to the routes that it was put on', async () => {
    expect(await get('/method/open')).toBe('open');
  });

  it('protects every route of a controller', async () => {
    const { e164, token } = await prove('register');

    expect(await get('/class')).toMatch(REFUSED);
    expect(await get('/class', token)).toBe(e164);
  });

  it('takes the purpose of a handler before that of its controller, and spends one proof', async () => {
    const [login, register] = [await prove('login'), await prove('register')];

    expect(await get('/class/own', register.token)).toMatch(REFUSED);
    expect(await get('/class/own', login.token)).toBe(login.e164);
    expect(await get('/class', register.token)).toBe(register.e164);
  });

  it('refuses a proof for another purpose, and does not spend it', async () => {
    const { e164, token } = await prove('register');

    expect(await get('/method', token)).toMatch(REFUSED);
    expect(await get('/class', token)).toBe(e164);
  });

  it.each([
    ['no proof', undefined],
    ['an empty one', ''],
    ['one that is none', 'Bearer x'],
    ['a well-formed one that was never given', `${'A'.repeat(16)}.${'A'.repeat(43)}`],
  ])('refuses a request with %s', async (_what, proof) => {
    expect(await get('/method', proof)).toMatch(REFUSED);
  });

  it.each([
    ['joined with commas, as Node does', {}],
    ['in an array', { 'x-in-array': '1' }],
  ])('refuses a header that is repeated and comes %s, and spends nothing', async (_how, headers) => {
    const { e164, token } = await prove('login');
    const repeated = { ...headers, [PROOF_HEADER]: ['A'.repeat(60), token] };

    expect((await app.inject({ url: '/method', headers: repeated })).body).toMatch(REFUSED);
    expect(await get('/method', token)).toBe(e164);
  });

  it('tells a developer who forgot the purpose what to write, and lets nobody pass', async () => {
    const { token } = await prove('login');

    expect(await get('/method/guard-without-purpose', token)).toMatch(
      /use @VerifiedPhone\('purpose'\) on the route/,
    );
    expect(await get('/method/phone-without-guard', token)).toMatch(
      /needs @VerifiedPhone\('purpose'\) on the route/,
    );
  });

  it('reads the header by the name that it exports', () => {
    expect(PROOF_HEADER).toBe('verification-proof');
  });
});
