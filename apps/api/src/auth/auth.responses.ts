import type { PhoneProof, RedeemedProof, SentVerification, VerificationStatus } from '@app/sms-verification';
import { wholeSeconds } from '../http/problems';

// What the library answers, as HTTP shows it: phones masked, durations in whole seconds. No instant is shown
// but `verifiedAt`, since the client's clock may be wrong.

export function sentResponse(sent: SentVerification) {
  return {
    verificationId: sent.verificationId,
    phone: sent.phone.masked,
    purpose: sent.purpose,
    expiresIn: wholeSeconds(sent.expiresInMs),
    resendIn: wholeSeconds(sent.resendInMs),
  };
}

export function verifiedResponse(proof: PhoneProof) {
  return {
    verified: true,
    phone: proof.phone.masked,
    purpose: proof.purpose,
    proof: { token: proof.token, expiresIn: wholeSeconds(proof.expiresInMs) },
    recognition: {
      token: proof.recognition.token,
      expiresIn: wholeSeconds(proof.recognition.expiresInMs),
    },
  };
}

export function statusResponse(status: VerificationStatus) {
  return {
    state: status.state,
    delivery: status.delivery,
    expiresIn: wholeSeconds(status.expiresInMs),
    resendIn: wholeSeconds(status.resendInMs),
    attemptsRemaining: status.attemptsRemaining,
  };
}

/** The one answer that carries the phone in clear: to the back end that spends the proof. */
export function redeemedResponse(redeemed: RedeemedProof) {
  return {
    phone: redeemed.phone.e164,
    purpose: redeemed.purpose,
    verifiedAt: redeemed.verifiedAt.toISOString(),
  };
}
