import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { PhoneNumber } from '../phone/phone-number';
import { ProofInvalidError } from '../sms-verification.errors';
import { SmsVerificationService } from '../sms-verification.service';

/** The request header that carries a proof, in Node's lower case. */
export const PROOF_HEADER = 'verification-proof';

const PURPOSE = 'sms-verification:purpose';
const REDEEMED = Symbol('sms-verification redeemed phone');

interface ProofRequest {
  readonly headers: Readonly<Record<string, unknown>>;
  [REDEEMED]?: PhoneNumber;
}

/**
 * Lets a request pass that brings a proof for the purpose its route names, and spends the proof. Put it on
 * routes through {@link VerifiedPhone}. Guards run before pipes: a request that passes here and then fails its
 * validation has spent its proof.
 *
 * @throws ProofInvalidError, StorageUnavailableError
 */
@Injectable()
export class VerifiedPhoneGuard implements CanActivate {
  constructor(
    private readonly verification: SmsVerificationService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const purpose = this.reflector.getAllAndOverride<unknown>(PURPOSE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (typeof purpose !== 'string') {
      throw new TypeError("VerifiedPhoneGuard needs a purpose: use @VerifiedPhone('purpose') on the route");
    }
    const request = context.switchToHttp().getRequest<ProofRequest>();
    // Where controller and handler both name a purpose, Nest runs the guard twice for the handler's one.
    if (request[REDEEMED] !== undefined) return true;
    const token = request.headers[PROOF_HEADER];
    if (typeof token !== 'string') throw new ProofInvalidError();
    request[REDEEMED] = (await this.verification.redeemProof(token, { purpose })).phone;
    return true;
  }
}

const RedeemedPhone = createParamDecorator((_data: unknown, context: ExecutionContext): PhoneNumber => {
  const phone = context.switchToHttp().getRequest<ProofRequest>()[REDEEMED];
  if (phone === undefined)
    throw new TypeError("@VerifiedPhone() needs @VerifiedPhone('purpose') on the route");
  return phone;
});

/** On a route or controller: only requests with an unspent proof for this purpose pass. */
export function VerifiedPhone(purpose: string): ClassDecorator & MethodDecorator;
/** On a handler's parameter: the phone that was proven. */
export function VerifiedPhone(): ParameterDecorator;
export function VerifiedPhone(purpose?: string): (ClassDecorator & MethodDecorator) | ParameterDecorator {
  if (purpose === undefined) return RedeemedPhone();
  return applyDecorators(SetMetadata(PURPOSE, purpose), UseGuards(VerifiedPhoneGuard));
}
