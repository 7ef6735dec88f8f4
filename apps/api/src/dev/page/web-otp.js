/**
 * WebOTP: where the browser can read the message itself, the code in it. Never settles where it cannot, where the
 * person declines, or after the signal: then the code is typed, as everywhere else.
 */
export function readCode(signal) {
  return new Promise((resolve) => {
    if (!('OTPCredential' in window)) return;
    navigator.credentials
      .get({ otp: { transport: ['sms'] }, signal })
      .then((found) => resolve(found.code))
      .catch(() => {});
  });
}
