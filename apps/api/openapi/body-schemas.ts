import type { Type } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import { RedeemDto } from '../src/auth/dto/redeem.dto';
import { SendDto } from '../src/auth/dto/send.dto';
import { StatusDto } from '../src/auth/dto/status.dto';
import { VerifyDto } from '../src/auth/dto/verify.dto';
import { ChallengeDto } from '../src/challenge/dto/challenge.dto';
import { BehaviourDto } from '../src/dev/behaviour.dto';

/** The bodies that are sent, by the names that their schemas have. */
export const BODIES = {
  SendRequest: SendDto,
  VerifyRequest: VerifyDto,
  RedeemRequest: RedeemDto,
  StatusRequest: StatusDto,
  ChallengeRequest: ChallengeDto,
  BehaviourRequest: BehaviourDto,
} satisfies Readonly<Record<string, Type>>;

export type BodyName = keyof typeof BODIES;

const MEMBERS: Readonly<Record<string, string>> = {
  phone: 'E.164, or the national form with `region`.',
  region: 'The country of a phone in its national form: ISO 3166-1 alpha-2.',
  purpose: 'What the phone is verified for.',
  verificationId:
    'What send returned. To send: whose code is sent again. To verify: required, unless the service runs with SMS_BINDING=optional.',
  code: 'The digits of the message; spaces and hyphens between them are ignored.',
  recognition: 'What an earlier verify on this device returned as `recognition.token`.',
  challenge: 'The answer to the challenge, when one is required.',
  locale: 'The language of the message, in BCP 47; otherwise Accept-Language chooses.',
  format: 'How the client reads the code by itself, with a host or a hash where there are several.',
  token: 'The token of the proof that verify returned.',
  behaviour: 'What the inbox does with messages from now on.',
};

/** Tells @nestjs/swagger what class-validator was told of each body. No rule is written here a second time. */
export function describeBodies(): void {
  for (const [name, type] of Object.entries(BODIES)) {
    ApiSchema({ name })(type);
    const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
    for (const member of new Set(rules.map(({ propertyName }) => propertyName))) {
      const own = rules.filter(({ propertyName }) => propertyName === member);
      const description = MEMBERS[member];
      if (description === undefined) throw new TypeError(`${member} of ${name} is not described`);
      ApiProperty({
        type: 'string',
        description,
        required: own.every((rule) => rule.name !== 'isOptional'),
        ...own.map(constraintOf).reduce((all, one) => ({ ...all, ...one })),
      })(type.prototype, member);
    }
  }
}

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** A rule in the words of JSON Schema. */
function constraintOf(rule: Rule): { pattern?: string; enum?: string[] } {
  // What is given to rules that take nothing, such as IsOptional, is left open.
  const constraints: readonly unknown[] = rule.constraints;
  const [constraint] = constraints;
  if (rule.name === 'matches' && constraint instanceof RegExp) return { pattern: constraint.source };
  if (rule.name === 'isIn' && Array.isArray(constraint)) return { enum: constraint.map(String) };
  if (rule.name === 'isOptional') return {};
  throw new TypeError(`a rule that JSON Schema is not told of: ${String(rule.name)}`);
}
