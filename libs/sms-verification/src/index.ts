export { SmsVerificationModule } from './sms-verification.module';
export { SmsVerificationService } from './sms-verification.service';
export type {
  GuardedRange,
  PhoneProof,
  RedeemedProof,
  SendExplanation,
  SentVerification,
  VerificationStatus,
} from './sms-verification.results';
export {
  BOUNDS,
  DEFAULT_CODE_LENGTH,
  DEFAULT_GATEWAY_TIMEOUT_MS,
  DEFAULT_POLICY,
  DEFAULT_PURPOSES,
  PURPOSE_PATTERN,
  SmsVerificationOptionsError,
} from './sms-verification.options';
export type { PurposeOptions, SmsVerificationOptions } from './sms-verification.options';
export type { FailureWait, Quota, VerificationPolicy } from './verification-policy';
export { SmsVerificationEvents } from './sms-verification.events';
export type { SmsVerificationEvent, SmsVerificationListener } from './sms-verification.events';
export {
  AttemptsExhaustedError,
  CodeInvalidError,
  CooldownError,
  GatewayUnavailableError,
  IdempotencyConflictError,
  InvalidRequestError,
  PhoneInvalidError,
  PhoneNotSupportedError,
  ProofInvalidError,
  PurposeUnknownError,
  QuotaExceededError,
  RegionNotAllowedError,
  ChallengeRequiredError,
  SendingPausedError,
  ChallengeUnavailableError,
  RetryableVerificationError,
  StorageUnavailableError,
  VerificationError,
  VerificationNotFoundError,
  isVerificationError,
} from './sms-verification.errors';
export type { AnyVerificationError, FieldError, VerificationErrorCode } from './sms-verification.errors';
export { MessageTextOptionsError } from './message/message-text.options';
export type { MessageTextOptions } from './message/message-text.options';
export type { MessageFormat, MessageFormatChoice } from './message/message-format';
export { measureSms } from './message/sms-length';
export { TextTooLongError } from './message/text-measurement';
export type { TextMeasurement } from './message/text-measurement';
export { VerificationTexts } from './message/verification-texts';
export { isCountry, NO_COUNTRY, PHONE_PATTERN, PhoneNumber } from './phone/phone-number';
export { InProcessMoneyBudget } from './abuse/budget/in-process.money-budget';
export { MICROS_PER_USD, MoneyBudget } from './abuse/budget/money-budget';
export type { BudgetState, SpendOutcome, SpendRequest } from './abuse/budget/money-budget';
export { RedisMoneyBudget } from './abuse/budget/redis.money-budget';
export type { AbuseExplanation } from './abuse/abuse-defence';
export type {
  AbuseOptions,
  AssessRisk,
  DailyBudgets,
  Prices,
  RiskAnswer,
  RiskContext,
} from './abuse/abuse.options';
export { InProcessPrefixGuard } from './abuse/prefix-guard/in-process.prefix-guard';
export { LEVELS, PrefixGuard } from './abuse/prefix-guard/prefix-guard';
export type {
  AssessRequest,
  AssessedSend,
  GuardDecision,
  GuardMode,
  GuardReason,
  Level,
  LevelAnswer,
  LevelState,
  NumberLevels,
} from './abuse/prefix-guard/prefix-guard';
export { PREFIX_GUARD_TUNING, type PrefixGuardTuning } from './abuse/prefix-guard/prefix-guard.tuning';
export { RedisPrefixGuard } from './abuse/prefix-guard/redis.prefix-guard';
export { CountryPolicy, CountryPolicyError } from './abuse/country/country-policy';
export type { CountryPolicyOptions } from './abuse/country/country-policy';
export { SmsGateway } from './gateway/sms.gateway';
export type { SmsMessage, SmsReceipt } from './gateway/sms.gateway';
export {
  DestinationInvalidError,
  MessageRefusedError,
  OutcomeUnknownError,
  SmsGatewayError,
} from './gateway/gateway-errors';
export { WebhookForgedError } from './gateway/delivery-report';
export type { DeliveryReport, WebhookRequest } from './gateway/delivery-report';
export { SmsCooldownGuard } from './guards/sms-cooldown.guard';
export { PROOF_HEADER, VerifiedPhone, VerifiedPhoneGuard } from './guards/verified-phone.guard';
export { SmsCodeStorage } from './storage/sms-code.storage';
export type {
  CancelRequest,
  CooldownState,
  DeliveryOutcome,
  DeliveryRequest,
  DeliveryState,
  IdempotencyDigest,
  IssueOutcome,
  IssueRequest,
  ProofReference,
  RedeemOutcome,
  SendRefusal,
  SentRequest,
  StatusOutcome,
  Subject,
  VerificationReference,
  VerificationState,
  VerifyOutcome,
  VerifyRequest,
} from './storage/sms-code.storage';
export { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';
export { checkRedisServer } from './storage/redis/check-redis-server';
export type { RedisServerReport } from './storage/redis/check-redis-server';
export { DURABILITIES } from './storage/durability';
export type { Durability } from './storage/durability';
export { RedisSmsCodeStorage } from './storage/redis/redis.sms-code.storage';
export { observeScripts } from './storage/redis/lua-script';
export type { RedisClient, ScriptObserver, ScriptRun } from './storage/redis/lua-script';
export { traced } from './tracing/traced';
export type { SpanAttributes } from './tracing/traced';
export { activeTraceId, continueTrace } from './tracing/traces';
export { AltchaHumanChallenge } from './abuse/challenge/altcha.human-challenge';
export type { AltchaOptions } from './abuse/challenge/altcha.human-challenge';
export { HcaptchaHumanChallenge } from './abuse/challenge/hcaptcha.human-challenge';
export { HumanChallenge } from './abuse/challenge/human-challenge';
export type { ChallengeContext, ChallengeOffer } from './abuse/challenge/human-challenge';
export { InProcessSpentChallenges } from './abuse/challenge/in-process.spent-challenges';
export { RedisSpentChallenges } from './abuse/challenge/redis.spent-challenges';
export { SpentChallenges } from './abuse/challenge/spent-challenges';
export { TurnstileHumanChallenge } from './abuse/challenge/turnstile.human-challenge';
export type { HostedChallengeOptions } from './abuse/challenge/hosted.human-challenge';
